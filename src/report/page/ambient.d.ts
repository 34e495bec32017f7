declare module '#page/script' {
  /** JavaScript that `scripts/build.mjs` makes of `browser/main.ts`. */
  const source: string
  export default source
}

declare module '#page/style' {
  /** `style.css`, without white space. */
  const source: string
  export default source
}
