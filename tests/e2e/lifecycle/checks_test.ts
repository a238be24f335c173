/** Checks of instances, with what a busybox has: a port, a server, a program. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inTurn } from "../support/daemon.ts";

inTurn("launch, configure, check and rebuild run the checks of a configuration", [], async (ground) => {
  const name = ground.name();
  await ground.write(
    "a.cfg",
    "#cloud-config\nruncmd:\n  - mkdir -p /w && echo x >/w/x\n  - httpd -p 8082 -h /w\n",
  );
  const checks = (more = "") =>
    ground.write(
      "a.yaml",
      "#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\nchecks:\n" +
        "  - exec: test -e /w/x\n    retries: 1\n" +
        "  - {http: {port: 8082, path: /x}, interval: 200ms}\n" + more,
    );
  await checks();
  const launched = await ground.run(["launch", "-name", name, "a.yaml"]);
  assertEquals(launched.code, 0, launched.stderr);
  assertMatch(launched.stderr, /Check exec test -e \/w\/x \(.*\n.*Check http 8082\/x \(/);
  // A service on the loopback interface is seen from inside only.
  await ground.inside(name, "httpd -p 127.0.0.1:8081 -h /w");
  await checks(
    "  - {tcp: 8081}\n  - {http: {port: 8081, path: /x}}\n" +
      "  - {http: {port: 8082, path: /none}, retries: 2, interval: 100ms}\n" +
      '  - {exec: "echo why; exit 3", retries: 1}\n  - {tcp: 9, retries: 1}\n' +
      "  - {name: slow, exec: sleep 60, timeout: 500ms, retries: 1}\n",
  );
  const all = await ground.run(["check", "-name", name, "--json", "a.yaml"]);
  assertEquals(all.code, 5);
  const found: { check: string; line: number; result: string; seen: string }[] = JSON.parse(all.stdout);
  assertEquals(found.map(({ check, line, result }) => `${line} ${check} ${result}`), [
    "6 exec test -e /w/x passed",
    "8 http 8082/x passed",
    "9 tcp 8081 passed",
    "10 http 8081/x passed",
    "11 http 8082/none failed",
    "12 exec echo why; exit 3 failed",
    "13 tcp 9 failed",
    "14 slow failed",
  ]);
  const seen = found.map((one) => one.seen);
  assertMatch(seen[4]!, /:8082\/none: status 404, expected 200 to 399$/);
  assertMatch(seen[6]!, /:9: Connection refused; in the instance: nothing listens on port 9$/);
  assertEquals([seen[5], seen[7]], ["exit code 3", "no result within 0.5 s"]);
  const configured = await ground.run(["configure", "-check", "-name", name, "a.yaml"]);
  assertEquals(configured.code, 5);
  assertMatch(
    configured.stderr,
    /"http 8082\/none" \(a\.yaml:11\) failed in instance .* after 2 attempts: .*404/,
  );
  assertStringIncludes(configured.stderr, "lxops check");
  await checks("  - {tcp: 9, retries: 1}\n");
  const rebuilt = await ground.run(["rebuild", "-name", name, "a.yaml"]);
  assertEquals(rebuilt.code, 5, rebuilt.stderr);
  assertMatch(rebuilt.stderr, /"tcp 9" \(a\.yaml:9\) failed in instance /);
});
