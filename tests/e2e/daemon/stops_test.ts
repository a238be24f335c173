/** Stops that a test waits for: those of the smallest image take a moment, because its first process ends at once. */
import { assert } from "@std/assert";
import { connect } from "../../../scripts/testbed/rest.ts";
import { onBoth } from "../support/daemon.ts";

onBoth("a container of the smallest image stops in a moment", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  using rest = connect(ground.daemon.socket!);
  const state = (body: unknown) => rest.send("PUT", `/1.0/instances/${name}/state`, body);
  // The quickest of three: the machine may be busy with something else for a moment.
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    // Before its first process runs, a container hears no request to stop.
    await ground.ok(["instance", "wait", "-until", "ipv4", name]);
    const before = performance.now();
    await state({ action: "stop", timeout: 10 });
    times.push(performance.now() - before);
    await state({ action: "start" });
  }
  assert(Math.min(...times) < 3_000, `clean stops took ${times.map(Math.round).join(", ")} ms`);
});
