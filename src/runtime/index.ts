export { createRuntime, type RuntimeChoice } from './choose.ts'
export { joinedRuntime } from './joining/joined-runtime.ts'
export type { ModelAbout } from './onnx/portable-model.ts'
export type { Portable } from './onnx/write-portable.ts'
export { adapterNamed, type Adapter } from './adapter.ts'
export { describeRuntime, type RuntimeReport } from './describe.ts'
export type { DeviceOp } from './onnx/device-ops.ts'
export {
  createEagerRuntime,
  createOnnxRuntime,
  multiplyAdds,
  onnxDeviceOps,
  openPortable,
  portableOnnx,
} from './start.ts'
export type * from './types.ts'
