export type Fn = (...args: never[]) => unknown

/** The function itself, but `before` sees its arguments first; so do the functions that hang on it, as `realpath.native`. */
export function wrapped<F extends Fn>(fn: F, before: (args: readonly unknown[]) => void): F {
  return new Proxy(fn, {
    apply(target, self, args: unknown[]) {
      before(args)
      return Reflect.apply(target as Fn, self, args as never[])
    },
    construct(target, args: unknown[], newTarget) {
      before(args)
      return Reflect.construct(target, args, newTarget) as object
    },
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      return name !== 'prototype' &&
        name !== 'constructor' &&
        typeof value === 'function' &&
        Object.hasOwn(target, name)
        ? wrapped(value as Fn, before)
        : value
    },
  })
}

/** An object's copy in which some members are others. */
export function copyWith(object: object, members: Readonly<Record<string, unknown>>): object {
  const own = Object.getOwnPropertyDescriptors(object) as Record<string, PropertyDescriptor>
  for (const [name, value] of Object.entries(members)) {
    own[name] = { value, enumerable: true, configurable: true, writable: true }
  }
  return Object.create(Object.getPrototypeOf(object) as object | null, own) as object
}

/** An object that is read through `read`; methods keep their object. */
export function seenThrough<T extends object>(
  object: T,
  read: (name: string | symbol) => { value: unknown } | undefined,
): T {
  const bound = new Map<unknown, unknown>()
  return new Proxy(object, {
    get(target, name) {
      const seen = read(name)
      if (seen !== undefined) return seen.value
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || /^[A-Z]/.test(String(name))) return value
      if (!bound.has(value)) bound.set(value, (value as (...args: unknown[]) => unknown).bind(target))
      return bound.get(value)
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  })
}
