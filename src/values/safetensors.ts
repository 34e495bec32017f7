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

/**
 * The one safetensors file of some tensors (https://huggingface.co/docs/safetensors): names sorted in the header, data
 * without gaps, four-byte elements before single bytes so that all of them are aligned. Equal tensors, equal bytes.
 * `metadata` is text about the file, by name. Throws a RangeError for a tensor whose data does not fill its shape.
 */
export function encodeSafetensors(
  tensors: NamedTensors,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const named = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1))
  const placed: (Entry & { readonly tensor: HostTensor })[] = []
  let end = 0
  for (const bytes of [4, 1]) {
    for (const [name, tensor] of named) {
      if (elementBytes[tensor.dtype] !== bytes) continue
      checkTensor(name, tensor)
      const start = end
      end += tensor.data.byteLength
      placed.push({ name, dtype: tensor.dtype, shape: tensor.shape, start, end, tensor })
    }
  }
  const header = headerBytes(placed, metadata)
  const file = new Uint8Array(LENGTH_BYTES + header.length + end)
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true)
  file.set(header, LENGTH_BYTES)
  for (const { tensor, start } of placed) {
    const { buffer, byteOffset, byteLength } = tensor.data
    file.set(new Uint8Array(buffer, byteOffset, byteLength), LENGTH_BYTES + header.length + start)
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

function checkTensor(name: string, { shape, data }: HostTensor): void {
  if (name === METADATA) throw new RangeError(`A tensor cannot be named ${METADATA}`)
  if (data.length !== sizeOf(shape))
    throw new RangeError(`Tensor "${name}" of shape [${shape.join(', ')}] has ${data.length} elements`)
}

function headerBytes(
  placed: readonly Entry[],
  metadata: Readonly<Record<string, string>> | undefined,
): Uint8Array {
  const byName = [...placed].sort((a, b) => (a.name < b.name ? -1 : 1))
  const text = byName.map(({ name, dtype, shape, start, end }) => {
    const description = { dtype: dtypeNames[dtype], shape, data_offsets: [start, end] }
    return `${JSON.stringify(name)}:${JSON.stringify(description)}`
  })
  const about = metadata === undefined ? [] : [`${JSON.stringify(METADATA)}:${JSON.stringify(metadata)}`]
  const bytes = new TextEncoder().encode(`{${[...about, ...text].join(',')}}`)
  const padded = new Uint8Array(Math.ceil(bytes.length / ALIGNMENT) * ALIGNMENT).fill(SPACE)
  padded.set(bytes)
  return padded
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
