/** Images and their classes. `images` holds `count × height × width × channels` bytes, `labels` one class per image. */
export interface Examples {
  readonly count: number
  readonly images: Uint8Array
  readonly labels: Uint8Array
}

/** What a data set is, known before any of it is read. */
export interface DatasetDescription {
  readonly name: string
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number]
  readonly classes: number
  /** Pixels are divided by 255, then normalised per channel: (x − mean) / std. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
  /** How many examples there are at most. */
  readonly size: DatasetSize
}

/**
 * How the images of a part (a subset, those held out for validation, a search set) are chosen: `stratified`, at random with
 * each class in its share, the same for all seeds; or `first`, in the order in which the data set has them.
 */
export type Split = 'stratified' | 'first'

export interface DatasetSize {
  readonly train: number
  readonly test: number
}

export interface Dataset extends DatasetDescription {
  readonly train: Examples
  readonly test: Examples
}

/** Where data sets may be read from and written to, and what may be done to get them. */
export interface DataAccess {
  /** The user's folder of prepared data (`PRUNE_BENCH_DATA`), if there is one; never written to. */
  readonly userFolder: string | undefined
  /** The folder that downloads and generated data are kept in. */
  readonly cacheFolder: string
  /** `never` where the network must not be used, as in workers; `later` where a run to come may use it. */
  readonly download: 'allowed' | 'never' | 'later'
  /**
   * Told about long work: downloads, generation. `total` is absent where it is not known. A source that tells nothing for
   * ten minutes is given up.
   */
  readonly report?: (progress: {
    what: string
    done: number
    total?: number
    unit: 'bytes' | 'examples'
  }) => void
}

/** Whether a data set can be had here and now. */
export type Located =
  | {
      readonly status: 'present'
      /** Identifies the content of the whole data set; part of every unit's key. */
      readonly digest: string
      /** Where it comes from, for people: a folder, or how it is generated. */
      readonly origin: string
    }
  | { readonly status: 'downloadable'; readonly digest: string; readonly origin: string }
  | { readonly status: 'absent'; readonly why: string }

/** Something that can produce a data set: a built-in one, or a user's file in `datasets/`. */
export interface DatasetSource {
  readonly summary: string
  readonly description: DatasetDescription
  /**
   * Says that its examples come in random order with the classes in turn, as generated ones do: any of them in a row are a
   * stratified choice, and no more of them are made than a suite uses. Absent: all are read, and the choice is made of all.
   */
  readonly inRandomOrder?: true
  /** Looks for the data without reading all of it; cheap enough for every start of the program. */
  locate(access: DataAccess): Promise<Located>
  /**
   * Reads the first `size.train` and `size.test` examples (all of them where `size` is absent) and checks them
   * against the digest. Throws a `Problem` of kind `data` that names the file, the expected and the found digest
   * where the content is not what it claims to be, and one of kind `usage` where `size` asks for more than there is.
   */
  load(access: DataAccess, size?: DatasetSize): Promise<Dataset>
}
