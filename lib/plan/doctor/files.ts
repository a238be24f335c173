/**
 * Findings about files that lxops obeys: whether other users can change them, or read secret ones.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { PathInfo } from "../../ports/mod.ts";
import { type Facts, type FileFacts, foundOf } from "./facts.ts";
import { type Finding, type Found, inArea } from "./finding.ts";

const STICKY = 0o1000;
const OTHERS_WRITE = 0o002;
const OTHERS_READ = 0o044;

/** Judges files. */
export function fileFindings(facts: Facts): readonly Finding[] {
  const files = foundOf(facts.files) ?? [];
  return inArea("files", [
    ...facts.properties.map(badProperties),
    ...onePerPlace(files.flatMap((file) => [writable(file, facts) ?? [], readable(file) ?? []].flat())),
  ]);
}

/** Joins the findings of one place, as a directory that others can write to may be above many files. */
function onePerPlace(found: readonly Found[]): readonly Found[] {
  return [...new Map(found.map((one) => [one.what, one])).values()];
}

function badProperties(problem: string): Found {
  return {
    id: "properties-wrong",
    severity: "error",
    what: `The file with your properties cannot be used: ${problem}`,
    why: "commands that read a configuration fail",
    cure: ['"${EDITOR:-vi}" "$(lxops property file)"'],
  };
}

function writable({ chain }: FileFacts, facts: Facts): Found | undefined {
  const at = chain.find((one) => isOpen(one));
  if (at) {
    const isDirectory = at.kind === "directory";
    return {
      id: "file-writable",
      severity: "error",
      what: `Everybody can ${isDirectory ? "replace files in" : "change"} "${at.path}", which lxops follows`,
      why: facts.isRoot
        ? "a user who does so becomes root at the next run of lxops"
        : "a user who does so controls what lxops does for you",
      cure: [`chmod o-w ${quote(at.path)}`],
      ...(chain[0]?.path === at.path ? { fix: { kind: "chmod", path: at.path, mode: "go-w" } } : {}),
    };
  }
  const trusted = [0, ...(facts.sudoUid === undefined ? [] : [facts.sudoUid])];
  const foreign = facts.isRoot ? chain.find(({ uid }) => !trusted.includes(uid)) : undefined;
  if (!foreign) return undefined;
  return {
    id: "file-foreign",
    severity: "error",
    what: `"${foreign.path}", which lxops follows as root, belongs to user ${foreign.uid}`,
    why: "that user can change it, and becomes root when lxops runs next",
    cure: [`sudo chown root: ${quote(foreign.path)}`],
  };
}

function isOpen({ kind, mode }: PathInfo): boolean {
  // In a directory with this bit, users cannot replace the files of others. The mode of a link means nothing.
  return kind !== "symlink" && (mode & OTHERS_WRITE) !== 0 &&
    !(kind === "directory" && (mode & STICKY) !== 0);
}

function readable({ chain, secret }: FileFacts): Found | undefined {
  const [file] = chain;
  if (!secret || !file || file.kind !== "file" || (file.mode & OTHERS_READ) === 0) return undefined;
  return {
    id: "secret-readable",
    severity: "error",
    what: `Others can read "${file.path}"`,
    why: "it is a secret key: a user who has it has your rights on the daemons that trust it",
    cure: [`chmod go-rwx ${quote(file.path)}`],
    fix: { kind: "chmod", path: file.path, mode: "go-rwx" },
  };
}
