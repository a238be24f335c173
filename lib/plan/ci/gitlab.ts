/**
 * The stages of a job of GitLab, after its instance is there: each script runs as a file of the instance, and the end
 * of the job removes all its instances.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef } from "../../ports/mod.ts";
import type { InstancePlan, Step } from "../../step/step.ts";
import { RUN_MARK, runOf } from "../instance/throw_away.ts";

/**
 * Runs a script that comes on standard input as a file, with nothing on its own standard input; the first argument is its
 * size in bytes. It is in memory where the instance has such a place, so that it also runs where the disk is full. The
 * first place is taken that has room for it, which is filled with zeros before the script is read. A session of its own lets what the script
 * has started end with it: a signal reaches all of it, and nothing of it holds the output back.
 */
const RUN_SCRIPT = [
  "size=$1; shift",
  'for place in /dev/shm /run /tmp; do script=$(mktemp "$place/lxops-ci.XXXXXX" 2>/dev/null) || continue',
  'head -c "$size" /dev/zero 2>/dev/null >"$script" && break; rm -f "$script"; script=; done',
  '[ -n "$script" ] || { echo "lxops: /dev/shm, /run and /tmp have no room for the script" >&2; exit 1; }',
  'cat 1<>"$script" || exit 1',
  "group=",
  'if command -v setsid >/dev/null; then group=-; set -- setsid "$@"; fi',
  '"$@" "$script" </dev/null & child=$!',
  'stop() { kill "-$1" -- "$group$child" 2>/dev/null; }',
  "trap 'stop TERM; ended=1' TERM INT HUP",
  'wait "$child"; code=$?',
  'if [ -z "${ended:-}" ]; then stop TERM; else { sleep 3; stop KILL; } </dev/null >/dev/null 2>&1 & ' +
  'wait "$child"; kill "$!" 2>/dev/null; fi',
  "stop KILL",
  'rm -f "$script"',
  'exit "$code"',
].join("; ");

/** Time that a script has to end after a signal, in seconds: longer than the shell above waits for it. */
const END_SECONDS = 5;

/** A script of a job, and who runs it. */
export interface Script {
  readonly text: string;
  readonly stage: string;
  readonly shell: "bash" | "sh";
  /** `UID`, `UID:GID` or `root`; empty: root. */
  readonly user: string;
}

/** Plans one stage of a job. */
export function planStage(instance: InstanceRef, { text, stage, shell, user }: Script): InstancePlan {
  const [uid = "", gid = uid] = user.split(":");
  const ids = uid === "" || uid === "root" ? {} : { user: { uid: Number(uid), gid: Number(gid) } };
  const size = new TextEncoder().encode(text).length;
  return {
    instance,
    steps: [{
      title: `Run ${stage} in ${instance.name}`,
      effect: {
        kind: "exec",
        instance,
        argv: ["/bin/sh", "-c", RUN_SCRIPT, "lxops-ci", `${size}`, shell],
        stdin: text,
        endSeconds: END_SECONDS,
        ...ids,
      },
    }],
  };
}

/** Returns the instances that a run of a CI system has made. */
export function instancesOf(infos: readonly InstanceInfo[], run: string): readonly InstanceInfo[] {
  return infos.filter((info) => runOf(info) === run);
}

/** Plans the end of a job: all its instances go. */
export function planEnd(infos: readonly InstanceInfo[]): readonly InstancePlan[] {
  return infos.map(({ project, name, config }) => ({
    instance: { project, name },
    steps: [removal({ project, name }, config[RUN_MARK] ?? "")],
  }));
}

function removal(instance: InstanceRef, mark: string): Step {
  return {
    title: `Remove instance ${instance.name}`,
    effect: { kind: "discard", instance, mark },
    removes: [{ kind: "instance", ...instance }],
  };
}
