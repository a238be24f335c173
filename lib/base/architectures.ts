/**
 * Architectures under the names that users, Debian and daemons have for them.
 *
 * @module
 */

/** Names of daemons by other names. */
const NAMES: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  arm64: "aarch64",
  arm: "armv7l",
  armhf: "armv7l",
  armel: "armv6l",
  "386": "i686",
  i386: "i686",
  ppc64el: "ppc64le",
  powerpc64el: "ppc64le",
  loong64: "loongarch64",
};

/** Returns the name that daemons have for an architecture; one that is not known stays. */
export function daemonArchitecture(name: string): string {
  return Object.hasOwn(NAMES, name) ? NAMES[name]! : name;
}
