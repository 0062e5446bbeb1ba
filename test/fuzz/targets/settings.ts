import { readConfig } from '../../../server/config.ts';
import { refusesClearly, type FuzzTarget } from '../fuzzTarget.ts';

const SETTINGS = [
  'PORT=4000\nHOST=0.0.0.0\nAUTH=on',
  'DATABASE_URL=postgresql://user@host/database\nENGINE=onnx',
  'PUBLIC_URL=https://disk.example.org\nEMBED_ORIGINS=https://a.example, https://b.example:8443',
  'HF_ENDPOINT=http://127.0.0.1:1/\nLOG_LEVEL=debug\nIMAGES_ROOT=/images',
];

export const target: FuzzTarget = {
  seeds: () => Promise.resolve(SETTINGS.map((text) => Buffer.from(text))),
  take(bytes) {
    const lines = Buffer.from(bytes).toString('utf8').split('\n');
    // A variable cannot hold the character 0, and a file that is named is read.
    const entries = lines
      .map((line) => line.replaceAll('\0', '').split(/=(.*)/s))
      .filter(([name]) => !/_FILE$/.test(name));
    return refusesClearly(() => readConfig(Object.fromEntries(entries) as Record<string, string>));
  },
};
