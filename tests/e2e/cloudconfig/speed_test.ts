import { assert } from "@std/assert";
import { onBoth } from "../support/daemon.ts";
import { everything, KEYS, writeConfig } from "./everything.ts";

onBoth("configure ends in a moment where everything is applied already", [], async (ground) => {
  const name = ground.name();
  await writeConfig(ground, everything(KEYS[0]));
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const configure = ["configure", "-name", name, "a.yaml"];
  // Alone on a machine lxops starts in 30 ms; where that takes longer, everything does.
  const timed = async (args: readonly string[]) => {
    const start = performance.now();
    await ground.ok(args);
    return performance.now() - start;
  };
  const times: number[][] = [];
  const isQuick = ([start = 0, all = 0]: readonly number[]) => all < 300 * Math.max(1, start / 30);
  while (times.length < 10 && !times.some(isQuick)) {
    times.push([await timed(["version"]), await timed(configure)]);
  }
  assert(times.some(isQuick), `${times.join("; ")} ms`);
});
