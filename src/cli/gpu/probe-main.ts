import { writeEvent } from '../../execute/index.ts'
import { describeRuntime, type RuntimeChoice } from '../../runtime/index.ts'

// A driver may end the process that loads it: this one, which nobody misses.
writeEvent(JSON.stringify(await describeRuntime(JSON.parse(process.argv[2] ?? '') as RuntimeChoice)))
