// What the fuzzer imports, which knows JavaScript's file names only: the target that FUZZ_TARGET names.
// Where another C library loads Node, that is what Node takes for itself; the product starts processes by this name.
process.execPath = process.env.FUZZ_NODE;

const { target } = await import(`./targets/${process.env.FUZZ_TARGET}.ts`);

/** @param {Buffer} bytes */
export async function fuzz(bytes) {
  await target.take(bytes);
}
