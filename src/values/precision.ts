/** In how many bits real numbers are computed. */
export type Precision = 'float32' | 'float16'
