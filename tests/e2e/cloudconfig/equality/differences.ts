/**
 * Differences between the results of lxops and of cloud-init 22.4.2 on Debian, and why. Everything else is the
 * same: bytes, modes, owners and links of all files that either of them changes.
 */

/** The file, directory or link at a path. */
export interface State {
  readonly mode?: string;
  readonly owner?: string;
  readonly kind?: string;
  readonly link?: string;
  readonly text?: string;
}

/** A difference that is meant. */
export interface Difference {
  readonly paths: RegExp;
  /** Cases in which it may be; absent: all. */
  readonly cases?: RegExp;
  readonly reason: string;
  /** The part that both must have in common; nothing where absent. */
  readonly same?: (theirs: State | null, ours: State | null) => boolean;
}

/** Tells whether modes and owners are equal, and texts after a normalization. */
function sameBut(change: (text: string) => unknown): NonNullable<Difference["same"]> {
  return (theirs, ours) =>
    theirs?.text !== undefined && ours?.text !== undefined && theirs.mode === ours.mode &&
    theirs.owner === ours.owner && JSON.stringify(change(theirs.text)) === JSON.stringify(change(ours.text));
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

/** All intended differences. */
export const DIFFERENCES: readonly Difference[] = [
  {
    paths: /^\/etc\/sudoers\.d(\/|$)/,
    reason:
      "cloud-init adds all rules to one file and closes the directory; lxops has a file for each user, so " +
      "that rules can be taken back. The rules as a whole are compared",
  },
  {
    paths: /\/\.ssh(\/authorized_keys)?$|^\/etc\/ssh\/keys\/root$/,
    reason: "cloud-init makes a directory and an empty file of keys for users that get none",
    same: (theirs, ours) => ours === null && (theirs?.kind === "directory" || theirs?.text === ""),
  },
  {
    paths: /\/authorized_keys$|^\/etc\/ssh\/keys\/keyed$/,
    reason:
      "lxops marks the keys that it looks after, and has a sentence of its own for those who try to be " +
      "root; the order of keys is arbitrary in cloud-init",
    same: sameBut((text) => lines(text).map((line) => line.replace(/(?<=command="echo ')[^']*/, "")).sort()),
  },
  {
    paths: /^\/etc\/(group|gshadow)$/,
    cases: /^groups$/,
    reason: "the order of members is arbitrary in cloud-init",
    same: sameBut((text) => lines(text).map((line) => line.split(/[:,]/).sort())),
  },
  {
    paths: /^\/etc\/shadow$/,
    cases: /^users_existing$/,
    reason: "an account with a password that none matches is not locked once more",
    same: sameBut((text) => text.replaceAll(":!*:", ":*:")),
  },
  {
    paths: /^\/etc\/hosts$/,
    reason: "comments and blanks; the entries are compared",
    same: (theirs, ours) => theirs?.mode === ours?.mode && theirs?.owner === ours?.owner,
  },
  {
    paths: /^\/(etc\/ca-certificates\.conf|etc\/ssl\/certs\/.*|usr\/(local\/)?share\/ca-certificates\/.*)$/,
    reason:
      "later versions of cloud-init have a file for each certificate, in /usr/local, and switch those of " +
      "the system off; this one has one file, and removes the others. What is trusted is compared",
  },
  {
    paths: /^\/etc\/ssh\/ssh_host_ed25519_key(\.pub)?$/,
    cases: /^ssh_deletekeys$/,
    reason: "keys are made at random",
    same: sameBut((text) => text.length),
  },
  {
    paths: /^\/etc\/ssh\/ssh_host_ed25519_key\.pub$/,
    cases: /^ssh_keys$/,
    reason: "a public key can be read by all, as ssh-keygen makes it; cloud-init hides it",
    same: (theirs, ours) => theirs?.text === ours?.text && theirs?.mode === "0o600" && ours?.mode === "0o644",
  },
  {
    paths: /^\/etc\/deep(\/er)?$/,
    cases: /^files$/,
    reason:
      "later versions of cloud-init give new directories the owner of the file in them, and so does lxops",
    same: (theirs, ours) => theirs?.mode === ours?.mode && theirs?.owner === "0:0" && ours?.owner === "1:4",
  },
  {
    paths: /^\/etc\/sticky$/,
    cases: /^files$/,
    reason: "this version of cloud-init changes the owner after the mode, by which the kernel clears setuid",
    same: (theirs, ours) => theirs?.mode === "0o755" && ours?.mode === "0o4755",
  },
  {
    paths: /^\/etc\/resolv\.conf$/,
    cases: /^resolv_conf$/,
    reason: "cloud-init applies this key on other systems than Debian only",
    same: (_, ours) => ours?.text?.startsWith("nameserver 192.0.2.53\nnameserver 192.0.2.54\n") ?? false,
  },
];
