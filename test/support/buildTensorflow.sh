#!/usr/bin/env bash
# Builds @tensorflow/tfjs-node from its npm source against the C library inside the tensorflow-cpu Python wheel, where
# the package's own download of that library is not to be had. Then the parity tests can run on the tensorflow engine:
#
#   test/support/buildTensorflow.sh [FOLDER]
#   NODE_PATH=FOLDER/node_modules npx vitest run --project integration test/integration/extractionParity.test.ts
#
# Needs Linux, a C++ compiler, make, Python with pip, the headers of this Node (NODE_HEADERS, e.g. /usr), npm and about
# 2 GB of disk.
set -euo pipefail
folder=$(realpath -m "${1:-.circle-limit/tensorflow}")
version=4.22.0
napi=8
node_prefix=${NODE_HEADERS:-$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")}
[ -f "$node_prefix/include/node/node_api.h" ] || { echo "no Node headers under $node_prefix; set NODE_HEADERS"; exit 2; }
package=$folder/node_modules/@tensorflow/tfjs-node
mkdir -p "$folder"
if [ ! -d "$package" ]; then
  npm install --prefix "$folder" --ignore-scripts --no-save --no-audit --no-fund "@tensorflow/tfjs-node@$version" node-gyp@12.4.0
fi
if [ ! -e "$package/deps/lib/libtensorflow.so" ]; then
  wheel=$(find "$folder" -maxdepth 1 -name 'tensorflow_cpu-*.whl' | head -1)
  if [ -z "$wheel" ]; then
    python3 -m pip download --no-deps --dest "$folder" tensorflow-cpu
    wheel=$(find "$folder" -maxdepth 1 -name 'tensorflow_cpu-*.whl' | head -1)
  fi
  mkdir -p "$package/deps/lib"
  python3 - "$wheel" "$package/deps" <<'PYTHON'
import os, sys, zipfile
wheel, target = zipfile.ZipFile(sys.argv[1]), sys.argv[2]
for member in wheel.namelist():
    # The C interface needs no other headers than these.
    folders = ("tensorflow/c/", "tensorflow/core/platform/", "xla/tsl/", "tsl/")
    if member.endswith(".h") and member.startswith(tuple("tensorflow/include/" + name for name in folders)):
        member_target = member.removeprefix("tensorflow/")
    elif member in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"):
        member_target = member.replace("tensorflow/", "lib/", 1)
    else:
        continue
    path = os.path.join(target, member_target)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with wheel.open(member) as source, open(path, "wb") as out:
        while piece := source.read(1 << 24):
            out.write(piece)
PYTHON
  ln -sf libtensorflow_cc.so.2 "$package/deps/lib/libtensorflow.so"
  ln -sf libtensorflow_framework.so.2 "$package/deps/lib/libtensorflow_framework.so"
fi
cd "$package"
"$folder/node_modules/.bin/node-gyp" rebuild --nodedir="$node_prefix" \
  --module_name=tfjs_binding --module_path="$package/lib/napi-v$napi" --napi_build_version="$napi"
cd "$folder"
node -e "
const tf = require('@tensorflow/tfjs-node');
console.log(tf.getBackend(), tf.version['tfjs-node'], 'with TensorFlow', tf.backend().binding.TF_Version, [...tf.matMul([[1, 2]], [[3], [4]]).dataSync()]);
"
