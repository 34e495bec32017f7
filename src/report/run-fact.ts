/** Something a reader must know about a run, under a word. */
export interface RunFact {
  readonly label: string
  readonly text: string
}
