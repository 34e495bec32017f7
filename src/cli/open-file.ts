import { spawn } from 'node:child_process'

/** How a file is shown with the program that its kind is opened with. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [program: string, ...before: string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
}

/** Opens a file as a double click would. Says whether a program was found that does it. */
export function openFile(file: string): Promise<boolean> {
  const [program, ...before] = openers[process.platform] ?? ['xdg-open']
  return new Promise((resolve) => {
    const child = spawn(program, [...before, file], { stdio: 'ignore', detached: true })
    child.on('error', () => {
      resolve(false)
    })
    child.on('exit', (code) => {
      resolve(code === 0)
    })
    // A browser that was started in the foreground is running.
    setTimeout(() => {
      child.unref()
      resolve(true)
    }, 3000).unref()
  })
}
