import type { DType, HostTensor, NamedTensors } from './host-tensor.ts'
import { sizeOf } from './host-tensor.ts'

const LENGTH_BYTES = 8
const ALIGNMENT = 8
const SPACE = 0x20
/** The format's own name for free text about the file; no tensor can have it. */
const METADATA = '__metadata__'

const dtypeNames = { float32: 'F32', int32: 'I32', uint8: 'U8', bool: 'BOOL' } as const
type FormatDtype = (typeof dtypeNames)[DType]
const dtypes: Readonly<Record<FormatDtype, DType>> = {
  F32: 'float32',
  I32: 'int32',
  U8: 'uint8',
  BOOL: 'bool',
}
const elementBytes: Readonly<Record<DType, number>> = { float32: 4, int32: 4, uint8: 1, bool: 1 }

interface Entry {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly start: number
  readonly end: number
}

/** Tensors as a safetensors file has them: what its header says of each, as JSON without the braces, and their bytes in order. */
export interface TensorLayout {
  readonly entries: string
  readonly data: readonly Uint8Array[]
}

/** Lays tensors out as `encodeSafetensors` says. The data are views of the tensors'. */
export function layOutTensors(tensors: NamedTensors): TensorLayout {
  const named = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1))
  const entries = new Map<string, string>()
  const data: Uint8Array[] = []
  let end = 0
  for (const bytes of [4, 1]) {
    for (const [name, tensor] of named) {
      if (elementBytes[tensor.dtype] !== bytes) continue
      checkTensor(name, tensor)
      const { buffer, byteOffset, byteLength } = tensor.data
      const offsets = [end, (end += byteLength)]
      const description = { dtype: dtypeNames[tensor.dtype], shape: tensor.shape, data_offsets: offsets }
      entries.set(name, `${JSON.stringify(name)}:${JSON.stringify(description)}`)
      data.push(new Uint8Array(buffer, byteOffset, byteLength))
    }
  }
  return { entries: named.map(([name]) => entries.get(name)).join(','), data }
}

/** The beginning of a safetensors file, up to its data. `metadata` is text about the file, by name. */
export function safetensorsHeader(entries: string, metadata?: Readonly<Record<string, string>>): Uint8Array {
  const about = metadata === undefined ? [] : [`${JSON.stringify(METADATA)}:${JSON.stringify(metadata)}`]
  const text = new TextEncoder().encode(`{${[...about, ...(entries === '' ? [] : [entries])].join(',')}}`)
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT
  const bytes = new Uint8Array(LENGTH_BYTES + length).fill(SPACE)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(text, LENGTH_BYTES)
  return bytes
}

/**
 * The one safetensors file of some tensors (https://huggingface.co/docs/safetensors): names sorted in the header, data
 * without gaps, four-byte elements before single bytes so that all of them are aligned. Equal tensors, equal bytes.
 * `metadata` is text about the file, by name. Throws a RangeError for a tensor whose data does not fill its shape.
 */
export function encodeSafetensors(
  tensors: NamedTensors,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const { entries, data } = layOutTensors(tensors)
  const pieces = [safetensorsHeader(entries, metadata), ...data]
  const file = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let start = 0
  for (const piece of pieces) {
    file.set(piece, start)
    start += piece.length
  }
  return file
}

/**
 * The tensors of a safetensors file. Tensors are views of `bytes` where alignment allows, so that nothing may write to
 * either. Throws an Error that says what is wrong with a file that is not wholly as the format has it, or that holds
 * element types other than F32, I32, U8 and BOOL.
 */
export function decodeSafetensors(bytes: Uint8Array): NamedTensors {
  // a Node Buffer would pass its own subarray and slice on to the tensors
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  const { header, dataStart } = readHeader(file)
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => readEntry(name, value))
  checkCoverage(entries, file.length - dataStart)
  return Object.fromEntries(entries.map((entry) => [entry.name, view(entry, file, dataStart)]))
}

/** What a safetensors file, or its beginning up to its data, says about itself, by name. Throws an Error as `decodeSafetensors` does. */
export function safetensorsMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  const metadata =
    readHeader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)).header[METADATA] ?? {}
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === 'string'))
    throw new Error(`The header's ${METADATA} is not an object of texts`)
  return metadata as Record<string, string>
}

function checkTensor(name: string, { shape, data }: HostTensor): void {
  if (name === METADATA) throw new RangeError(`A tensor cannot be named ${METADATA}`)
  if (data.length !== sizeOf(shape))
    throw new RangeError(`Tensor "${name}" of shape [${shape.join(', ')}] has ${data.length} elements`)
}

function readHeader(file: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (file.length < LENGTH_BYTES) throw new Error(`Not a safetensors file: it has only ${file.length} bytes`)
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true)
  if (length > BigInt(file.length - LENGTH_BYTES))
    throw new Error(
      `Truncated safetensors file: its header should have ${length.toString()} bytes, ${file.length - LENGTH_BYTES} are left`,
    )
  const dataStart = LENGTH_BYTES + Number(length)
  let header: unknown
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(LENGTH_BYTES, dataStart)),
    )
  } catch (error) {
    throw new Error('The safetensors header is not JSON', { cause: error })
  }
  if (!isRecord(header)) throw new Error('The safetensors header is not a JSON object')
  return { header, dataStart }
}

function readEntry(name: string, value: unknown): Entry {
  if (!isRecord(value)) throw new Error(`The header's entry for tensor "${name}" is not an object`)
  const dtype = isFormatDtype(value.dtype) ? dtypes[value.dtype] : undefined
  if (dtype === undefined)
    throw new Error(
      `Tensor "${name}" has element type ${JSON.stringify(value.dtype)}, which is not supported`,
    )
  const { shape, data_offsets: offsets } = value
  if (!isCounts(shape)) throw new Error(`Tensor "${name}" has no valid shape: ${JSON.stringify(shape)}`)
  if (!isCounts(offsets) || offsets.length !== 2)
    throw new Error(`Tensor "${name}" has no valid data_offsets: ${JSON.stringify(offsets)}`)
  const [start, end] = offsets as [number, number]
  const expected = sizeOf(shape) * elementBytes[dtype]
  if (end - start !== expected)
    throw new Error(
      `Tensor "${name}" of shape [${shape.join(', ')}] needs ${expected} bytes, its data_offsets ${start}–${end} hold ${end - start}`,
    )
  return { name, dtype, shape, start, end }
}

function checkCoverage(entries: readonly Entry[], dataBytes: number): void {
  let covered = 0
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < covered)
      throw new Error(`The data of tensor "${name}" begins at ${start}, inside another tensor's`)
    if (start > covered) throw new Error(`The bytes ${covered}–${start} of the data belong to no tensor`)
    covered = end
  }
  if (covered > dataBytes)
    throw new Error(`Truncated safetensors file: its tensors need ${covered} bytes, it holds ${dataBytes}`)
  if (covered < dataBytes)
    throw new Error(`The last ${dataBytes - covered} bytes of the data belong to no tensor`)
}

function view({ name, dtype, shape, start, end }: Entry, file: Uint8Array, dataStart: number): HostTensor {
  const bytes = file.subarray(dataStart + start, dataStart + end)
  if (dtype === 'uint8') return { dtype, shape, data: bytes }
  if (dtype === 'bool') {
    if (bytes.some((byte) => byte > 1))
      throw new Error(`Tensor "${name}" is BOOL, but has bytes other than 0 and 1`)
    return { dtype, shape, data: bytes }
  }
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const { buffer, byteOffset } = aligned
  return dtype === 'float32'
    ? { dtype, shape, data: new Float32Array(buffer, byteOffset, bytes.length / 4) }
    : { dtype, shape, data: new Int32Array(buffer, byteOffset, bytes.length / 4) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFormatDtype(value: unknown): value is FormatDtype {
  return typeof value === 'string' && Object.hasOwn(dtypes, value)
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0)
}
