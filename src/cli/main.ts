#!/usr/bin/env node
import { exitCodes } from './exit-code.ts'
import { guardStream, outputTo } from './output.ts'
import { claimStandardOutput, endOnSignals, endingOf, forbidExits } from './process-end.ts'
import { projectRoot } from './project.ts'
import { runCli } from './run-cli.ts'
import { tellProblem } from './tell-problem.ts'

const { stderr } = process
const stdout = claimStandardOutput()
const end = endingOf([stdout, stderr])

// A reader that has seen enough (`| head`) is no failure: the run goes on and its files are written.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    stderr.write(`the output cannot be written: ${error.message}\n`)
    void end(exitCodes.infrastructure)
  })
}

const root = projectRoot(process.cwd())
const env = { cwd: process.cwd(), root, env: process.env, stdout: outputTo(stdout), stderr: outputTo(stderr) }
guardStream(stderr)
endOnSignals(end, env.stderr.write)
forbidExits(root)
// What a plugin does later, in a timer or a promise that nobody waits for.
process.on('uncaughtException', (error) => void end(tellProblem(error, {}, env)))

void runCli(process.argv.slice(2), env).then(end)
