import type { Journal } from '../store/index.ts'
import type { RunEvent } from './types.ts'

/** What the journal does with each event: `durably` costs a wait for the disk; progress is for the live view alone. */
const recording: Readonly<Record<RunEvent['type'], 'durably' | 'plainly' | 'not'>> = {
  'run-started': 'durably',
  'unit-started': 'plainly',
  'unit-resumed': 'plainly',
  'unit-progress': 'not',
  'unit-finished': 'durably',
  'unit-retried': 'durably',
  'unit-failed': 'durably',
  'unit-blocked': 'plainly',
  quarantined: 'durably',
  'worker-exited': 'plainly',
  'run-finished': 'durably',
}

/** Writes a run's events to its journal as they happen; give it to `runPlan`, alone or with a live view. */
export function recordEvents(journal: Pick<Journal<RunEvent>, 'append'>): (event: RunEvent) => void {
  return (event) => {
    const how = recording[event.type]
    if (how !== 'not') journal.append(event, how === 'durably')
  }
}
