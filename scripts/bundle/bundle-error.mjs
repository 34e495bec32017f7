/** Why no bundle is made, and what to do next. */
export class BundleError extends Error {
  constructor(message, hint) {
    super(message)
    this.hint = hint
  }
}
