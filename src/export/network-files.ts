import type { Model } from '../plugin/index.ts'
import { portableNetwork } from '../training/index.ts'
import type { DatasetDescription } from '../values/dataset.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { encodeSafetensors } from '../values/safetensors.ts'
import { networkSentence, type NetworkAbout } from './network-about.ts'

/** A file of an export, not written yet. */
export interface ExportedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A cell's network after training. */
export interface TrainedNetwork {
  readonly model: Model
  readonly data: DatasetDescription
  /** Network tensors: masked weights are zero, deleted filters are not there. */
  readonly weights: NamedTensors
  /** A byte for each weight or filter, by parameter or group of filters; null for the unpruned network. */
  readonly mask: NamedTensors | null
  readonly about: NetworkAbout
}

/** Raised when the files written for the same network change. */
export const NETWORK_FORMAT = 1

/** Endings of a network's files. */
const ENDINGS = { onnx: '.onnx', weights: '.weights.safetensors', mask: '.mask.safetensors' } as const

/** The network as ONNX, its weights and its mask as safetensors; `name` is what the files' names begin with. */
export async function networkFiles(name: string, network: TrainedNetwork): Promise<readonly ExportedFile[]> {
  const { model, data, weights, mask, about } = network
  const onnx = await portableNetwork(model, data, weights, { doc: networkSentence(about), metadata: about })
  return [
    { name: name + ENDINGS.onnx, bytes: onnx },
    { name: name + ENDINGS.weights, bytes: encodeSafetensors(weights, about) },
    ...(mask === null
      ? []
      : [{ name: name + ENDINGS.mask, bytes: encodeSafetensors(asBooleans(mask), about) }]),
  ]
}

function asBooleans(mask: NamedTensors): NamedTensors {
  return Object.fromEntries(
    Object.entries(mask).map(([name, { shape, data }]) => [
      name,
      { dtype: 'bool', shape, data: Uint8Array.from(data) },
    ]),
  )
}
