// What the fuzzer imports, which knows JavaScript's file names only: the target that FUZZ_TARGET names.
const { target } = await import(`./targets/${process.env.FUZZ_TARGET}.ts`);

/** @param {Buffer} bytes */
export async function fuzz(bytes) {
  await target.take(bytes);
}
