import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { recordFile } from './records.ts'

/** Numbers at one step, by the names TensorBoard shows them under: `loss/epoch`. */
export interface Moment {
  readonly step: number
  readonly values: Readonly<Record<string, number>>
}

/** What TensorBoard wants a file of events to begin with. */
const VERSION = 'brain.Event:2'

/**
 * A file of TensorBoard events. A moment's wall time is its step in seconds, as the file is to depend on results alone:
 * TensorBoard's axis "relative" shows steps, too.
 */
export function eventFile(moments: readonly Moment[]): Uint8Array {
  return recordFile([event(0, (w) => text(w, 3, VERSION)), ...moments.map(summary)])
}

/** tensorflow/core/util/event.proto and framework/summary.proto, numbers of fields as there. */
function summary({ step, values }: Moment): Uint8Array {
  return event(step, (w) => {
    w.tag(2, WireType.Varint).int64(step)
    message(w, 5, () => {
      for (const [tag, value] of Object.entries(values))
        message(w, 1, () => {
          text(w, 1, tag)
          w.tag(2, WireType.Bit32).float(value)
        })
    })
  })
}

function event(wallTime: number, write: (w: BinaryWriter) => void): Uint8Array {
  const w = new BinaryWriter()
  w.tag(1, WireType.Bit64).double(wallTime)
  write(w)
  return w.finish()
}

function message(w: BinaryWriter, field: number, body: () => void): void {
  w.tag(field, WireType.LengthDelimited).fork()
  body()
  w.join()
}

function text(w: BinaryWriter, field: number, value: string): void {
  w.tag(field, WireType.LengthDelimited).string(value)
}
