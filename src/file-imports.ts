// What plugins may import besides code: a file's bytes. They are part of the plugin's identity, by content.

declare module '*.safetensors' {
  const content: Uint8Array<ArrayBuffer>
  export default content
}
declare module '*.npy' {
  const content: Uint8Array<ArrayBuffer>
  export default content
}
declare module '*.npz' {
  const content: Uint8Array<ArrayBuffer>
  export default content
}
declare module '*.bin' {
  const content: Uint8Array<ArrayBuffer>
  export default content
}
declare module '*.onnx' {
  const content: Uint8Array<ArrayBuffer>
  export default content
}
declare module '*.wasm' {
  const content: Uint8Array<ArrayBuffer>
  export default content
}
