/** `\x93NUMPY`, with which every .npy file begins. */
export const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The header of a version 1 file in C order, padded so that the data begin at a multiple of 64 bytes, as numpy does. */
export function encodeNpyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const unpadded = 10 + dictionary.length + 1;
  const total = Math.ceil(unpadded / 64) * 64;
  const bytes = new Uint8Array(total).fill(0x20);
  bytes.set(NPY_MAGIC);
  bytes[6] = 1;
  bytes[7] = 0;
  new DataView(bytes.buffer).setUint16(8, total - 10, true);
  bytes.set(new TextEncoder().encode(dictionary), 10);
  bytes[total - 1] = 0x0a;
  return bytes;
}
