/** The packages a script may import TensorFlow.js by, and what stands in for them. */
export const PACKAGES = ['@tensorflow/tfjs', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'] as const;
export type PackageName = (typeof PACKAGES)[number];

export function isPackage(specifier: string): specifier is PackageName {
  return (PACKAGES as readonly string[]).includes(specifier);
}

/** With a native binding, fastest first. */
export const NATIVE: readonly PackageName[] = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** The file that stands in for a package, beside the preload script. */
export function embeddedFile(name: PackageName): string {
  return name === '@tensorflow/tfjs' ? 'embedded.cjs' : 'embeddedNode.cjs';
}
