import type { Model } from '../plugin/index.ts'
import type { Runtime } from '../runtime/index.ts'

const programs = new WeakMap<Runtime, WeakMap<Model, Map<string, Promise<unknown>>>>()

/** A program for a model on a runtime, compiled when it is first asked for under this name. */
export function memo<T>(runtime: Runtime, model: Model, name: string, make: () => Promise<T>): Promise<T> {
  const ofRuntime = programs.get(runtime) ?? new WeakMap<Model, Map<string, Promise<unknown>>>()
  programs.set(runtime, ofRuntime)
  const ofModel = ofRuntime.get(model) ?? new Map<string, Promise<unknown>>()
  ofRuntime.set(model, ofModel)
  const known = ofModel.get(name) ?? make()
  ofModel.set(name, known)
  return known as Promise<T>
}
