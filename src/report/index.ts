export { terminalTable } from './terminal-table.ts'
export type { TerminalOptions } from './terminal-table.ts'
