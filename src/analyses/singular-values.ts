import { Matrix, SingularValueDecomposition } from 'ml-matrix'

/** A matrix, row-major. */
export interface DenseMatrix {
  readonly rows: number
  readonly columns: number
  readonly values: ArrayLike<number>
}

/** How singular values are spread. */
export interface Spread {
  readonly mean: number
  /** Standard deviation: the root of the mean squared distance from the mean. */
  readonly sd: number
  readonly min: number
  readonly max: number
}

/** The singular values of a matrix, as many as its shorter side is long, the largest first. */
export function singularValues({ rows, columns, values }: DenseMatrix): readonly number[] {
  if (values.length !== rows * columns)
    throw new RangeError(`${values.length} values do not make a matrix of ${rows} × ${columns}`)
  const { diagonal } = new SingularValueDecomposition(Matrix.from1DArray(rows, columns, values), {
    autoTranspose: true,
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  })
  return diagonal
}

/**
 * The singular values of all these matrices together: at initialisation, those of a network's Jacobian tell how faithfully
 * it passes signals on (Saxe et al. 2014; Lee et al. 2020).
 */
export function spreadOfSingularValues(matrices: readonly DenseMatrix[]): Spread {
  const all = matrices.flatMap((matrix) => singularValues(matrix))
  if (all.length === 0) throw new RangeError('there are no singular values')
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  const squares = all.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, sd: Math.sqrt(squares / all.length), min: Math.min(...all), max: Math.max(...all) }
}
