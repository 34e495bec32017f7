/**
 * What a plugin can read besides what it is given, as `ignoredReads` and key documents name it: one word for what has no
 * content to hold on to, else a kind and what is read: `env WIDTH`, `file lib/table.bin`.
 */
const kinds: Readonly<Record<string, (what: string) => string>> = {
  clock: () => 'the clock',
  random: () => 'random numbers',
  'process-id': () => 'the id of its process',
  network: () => 'the network',
  stdin: () => 'the standard input',
  'child-process': () => 'a child process',
  thread: () => 'a thread',
  'foreign-code': () => 'code that is not in its bundle',
  env: (name) => `the environment variable ${name}`,
  'env-names': () => 'the names of all environment variables',
  file: (path) => `the file ${path}`,
  folder: (path) => `the folder ${path}`,
  presence: (path) => `whether there is a ${path}`,
  size: (path) => `the size of ${path}`,
  machine: (name) => `the machine's ${name}`,
}

/** A read in words, to follow "reads". */
export function readInWords(name: string): string {
  const [kind = '', ...what] = name.split(' ')
  return kinds[kind]?.(what.join(' ')) ?? name
}

/** What to do about a read of which nothing can be held on to. */
export function adviceFor(name: string): string {
  const instead: Readonly<Record<string, string>> = {
    random:
      "draw from what prune-bench passes (the signal noise, a search's random, an initializer's random)",
    stdin: 'write it to a file and import that',
    network: 'download it before and import the file, or make it a data set',
  }
  return (
    `${instead[name] ?? 'leave it out'}; where no result depends on it, say so in what the file defines: ` +
    `ignoredReads: [${JSON.stringify(name)}]`
  )
}
