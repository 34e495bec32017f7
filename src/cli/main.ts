#!/usr/bin/env node
import { exitCodes } from './exit-code.ts'
import { outputTo } from './output.ts'
import { projectRoot } from './project.ts'
import { runCli } from './run-cli.ts'

// A reader that has seen enough (`| head`) is no failure: the run goes on and its files are written.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    process.stderr.write(`the output cannot be written: ${error.message}\n`)
    process.exit(exitCodes.infrastructure)
  })
}

process.exitCode = await runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  root: projectRoot(process.cwd()),
  env: process.env,
  stdout: outputTo(process.stdout),
  stderr: outputTo(process.stderr),
})
