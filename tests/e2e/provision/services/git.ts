/** The example git is pushed to over ssh, and clients see the same host after a rebuild. */
import { assertEquals, assertMatch } from "@std/assert";
import { sh } from "../../support/trees.ts";
import type { Example } from "./example.ts";

/** Runs a script of a client of git, whose ssh trusts what its own known_hosts has. */
export async function asClient(
  clients: string,
  trust: "accept-new" | "yes",
  script: string,
): Promise<string> {
  const ssh = `ssh -F none -i ${clients}/key -o UserKnownHostsFile=${clients}/known_hosts ` +
    `-o StrictHostKeyChecking=${trust} -o BatchMode=yes -o LogLevel=ERROR`;
  return await sh(
    `cd '${clients}'; export HOME='${clients}' GIT_CONFIG_NOSYSTEM=1 GIT_SSH_COMMAND='${ssh}'
    export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
    ssh='${ssh}'
    ${script}`,
  );
}

/** Repositories, over ssh. */
export const git: Example = {
  name: "git",
  programs: ["/usr/bin/git", "/usr/bin/ssh"],
  prepare: async ({ dir, clients }) => {
    await sh(
      `cd '${clients}'; ssh-keygen -q -t ed25519 -N '' -f key; cat key.pub >>'${dir}/conf/authorized_keys'`,
    );
    return {};
  },
  ask: async ({ ground, name, dir, address, clients, round }) => {
    const url = `ssh://git@${address}:2222/~/notes.git`;
    if (round === 1) {
      await ground.ok(["exec", name, "--", "create-repository", "notes"]);
      await asClient(
        clients,
        "accept-new",
        `git clone -q ${url} notes 2>/dev/null; git -C notes checkout -q -b main`,
      );
    }
    await asClient(
      clients,
      "yes",
      `cd notes; date >file${round}; git add .; git commit -q -m round${round}; git push -q -u origin main
      git fetch -q; git diff --exit-code origin/main`,
    );
    // A shell is not for clients.
    assertMatch(
      await asClient(clients, "yes", `$ssh -p 2222 git@${address} id 2>&1 || echo refused`),
      /refused/,
    );
    const log = await asClient(clients, "yes", "git -C notes log --reverse --format=%s");
    assertEquals(log, [1, 2, 3, 4].slice(0, round).map((one) => `round${one}\n`).join(""));
    const files = `cd '${dir}/data'; stat -c '%u:%g %n' repositories repositories/notes.git .lxops/keep`;
    return await asClient(clients, "yes", `git -C notes rev-list main | tail -1; cat known_hosts; ${files}`);
  },
};
