/**
 * Programs and files that jobs of CI systems need in their instances, and a script that lists the missing ones.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";

/** A thing that an image has to have: one of some programs, or a file. */
interface Need {
  /** Programs, or paths with patterns, of which one is enough. */
  readonly any: readonly string[];
  /** The purpose. */
  readonly use: string;
}

/** The CI systems. */
export const SYSTEMS = ["gitlab", "garm", "falk", "forgejo"] as const;

/** A CI system. */
export type System = typeof SYSTEMS[number];

const GIT: Need = { any: ["git"], use: "gets the sources of jobs" };

const NEEDS: Readonly<Record<System, readonly Need[]>> = {
  gitlab: [
    GIT,
    { any: ["git-lfs"], use: "gets large files of sources" },
    { any: ["gitlab-runner"], use: "caches and artifacts; on this machine, or in the image" },
    { any: ["setsid"], use: "ends what scripts have left" },
  ],
  garm: [
    { any: ["curl", "wget"], use: "gets garm's install script" },
    { any: ["bash"], use: "runs it" },
    { any: ["tar"], use: "unpacks the runner" },
    { any: ["sudo"], use: "installs the runner's service" },
    GIT,
  ],
  falk: [
    { any: ["/usr/sbin/sshd", "sshd"], use: "is how jobs come in" },
    {
      any: ["/etc/ssh/ssh_host_*_key.pub"],
      use: "is pinned in justin.conf: lxops image build --host-key image",
    },
    GIT,
  ],
  forgejo: [
    { any: ["forgejo-runner", "act_runner"], use: "takes one job" },
    GIT,
    { any: ["node"], use: "runs actions" },
    { any: ["poweroff"], use: "ends the instance after its job" },
  ],
};

/** Returns a script that prints a line for each need, and fails where one is missing. */
export function needsScript(system: System, shell?: string): string {
  const needs = [
    ...(shell === undefined ? [] : [{ any: [shell], use: "runs the scripts of jobs" }]),
    ...NEEDS[system],
  ];
  const lines = needs.map(({ any, use }) => {
    const tests = any.map((one) =>
      one.includes("*") ? `ls ${one} >/dev/null 2>&1` : `command -v ${quote(one)} >/dev/null 2>&1`
    );
    const name = any.join(" or ");
    return `if ${tests.join(" || ")}; then echo ${quote(`ok       ${name}`)}; else echo ${
      quote(`missing  ${name}: ${use}`)
    }; bad=1; fi`;
  });
  return ["bad=0", ...lines, 'exit "$bad"'].join("; ");
}
