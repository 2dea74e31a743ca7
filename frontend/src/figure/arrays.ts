/** Plotly's packed arrays ({dtype, bdata, shape}) as typed arrays: unpacked once, drawn and asked many times. */

interface Packed {
  dtype: string;
  bdata: string;
  shape?: string;
}
type Numbers = ArrayLike<number>;

const READERS: Readonly<Record<string, (bytes: ArrayBuffer) => Numbers>> = {
  f8: (bytes) => new Float64Array(bytes),
  f4: (bytes) => new Float32Array(bytes),
  i4: (bytes) => new Int32Array(bytes),
  u4: (bytes) => new Uint32Array(bytes),
  i2: (bytes) => new Int16Array(bytes),
  u2: (bytes) => new Uint16Array(bytes),
  i1: (bytes) => new Int8Array(bytes),
  u1: (bytes) => new Uint8Array(bytes),
};

/** The same value with every packed array in it unpacked; a matrix becomes a list of rows. */
export function unpacked(value: unknown): unknown {
  if (Array.isArray(value)) return value.some(isObject) ? value.map(unpacked) : value;
  if (!isObject(value)) return value;
  if (isPacked(value)) return read(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unpacked(part)]));
}

function read({ dtype, bdata, shape }: Packed): unknown {
  const reader = READERS[dtype];
  if (reader === undefined) throw new Error(`A figure holds numbers of the unknown kind ${dtype}.`);
  const numbers = reader(Uint8Array.from(atob(bdata), (letter) => letter.charCodeAt(0)).buffer);
  const sizes = (shape ?? "").split(",").map(Number);
  return sizes.length < 2 ? numbers : rows(Array.from(numbers), sizes);
}

function rows(numbers: number[], sizes: readonly number[]): unknown[] {
  const [count = 0, ...inner] = sizes;
  const length = count === 0 ? 0 : numbers.length / count;
  return Array.from({ length: count }, (_, row) => {
    const part = numbers.slice(row * length, (row + 1) * length);
    return inner.length > 1 ? rows(part, inner) : part;
  });
}

/** A list or a typed array as a plain list; anything else is an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as unknown as Numbers) : [];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
}

function isPacked(value: object): value is Packed {
  return "bdata" in value && "dtype" in value && typeof value.bdata === "string" && typeof value.dtype === "string";
}
