import { expect, it } from 'vitest';
import { canLoadVulkan } from '../../server/vulkanLoader.ts';

const LISTED = 'libvulkan.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libvulkan.so.1';
const missing = (): string => 'libz.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1';

it('Dawn is asked for a GPU where it can load Vulkan, has no need of it, or nobody can tell', () => {
  expect(canLoadVulkan('linux', undefined, () => LISTED)).toBe(true);
  expect(canLoadVulkan('linux', undefined, missing)).toBe(false);
  expect(canLoadVulkan('linux', '', missing)).toBe(false);
  expect(canLoadVulkan('linux', '/opt/driver', missing)).toBe(true);
  expect(canLoadVulkan('darwin', undefined, missing)).toBe(true);
  const none = (): string => {
    throw new Error('spawn /sbin/ldconfig ENOENT');
  };
  expect(canLoadVulkan('linux', undefined, none)).toBe(true);
});
