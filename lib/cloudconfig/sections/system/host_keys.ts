/**
 * `ssh_keys`, `ssh_deletekeys` and `ssh_genkeytypes`: the host keys of the SSH server.
 *
 * @module
 */
import * as z from "zod/mini";
import { list, oneOf, text } from "../../../config/schema/fields.ts";
import { preprocess, transform } from "../../../base/schemas.ts";
import type { Draft } from "../../model/item.ts";
import { defineSection, type ValuesOf } from "../../model/section.ts";
import { fileDraft } from "../files/write_files.ts";
import { flag, mapWith } from "../../model/fields.ts";

const TYPES = ["rsa", "ecdsa", "ed25519"] as const;

const keys = {
  ssh_keys: z.optional(transform(
    mapWith(Object.fromEntries(
      TYPES.flatMap((type) =>
        ["private", "public", "certificate"].map((part) => [`${type}_${part}`, z.optional(text)])
      ),
    )),
    (keys): Readonly<Record<string, string | undefined>> | undefined =>
      Object.keys(keys).length === 0 ? undefined : keys,
  )),
  ssh_deletekeys: z.optional(flag),
  ssh_genkeytypes: z.optional(preprocess(
    (value) => typeof value === "string" ? [value] : value,
    list(oneOf(TYPES)),
  )),
  ssh_quiet_keygen: z.optional(flag),
} as const;

const DIRECTORY = "/etc/ssh";

function fileOf(type: string, part: string): string {
  const end = part === "public" ? ".pub" : part === "certificate" ? "-cert.pub" : "";
  return `${DIRECTORY}/ssh_host_${type}_key${end}`;
}

/** Makes the items that remove the host keys of the image, and that write or generate new ones. */
function hostKeyItems(values: ValuesOf<typeof keys>): Draft[] {
  const { ssh_keys: hostKeys, ssh_deletekeys: remove = hostKeys !== undefined, ssh_genkeytypes: types } =
    values;
  const section = "ssh_keys";
  const drafts: Draft[] = [];
  if (remove) {
    drafts.push({
      section,
      path: [values.ssh_deletekeys ? "ssh_deletekeys" : "ssh_keys"],
      title: "Remove the SSH host keys of the image",
      script: `rm -f ${DIRECTORY}/ssh_host_*key*`,
      content: "remove",
    });
  }
  const given = TYPES.flatMap((type) =>
    ["private", "public", "certificate"].flatMap((part) => {
      const key = hostKeys?.[`${type}_${part}`];
      return key === undefined ? [] : [{ type, part, key }];
    })
  );
  for (const { type, part, key } of given) {
    const bytes = new TextEncoder().encode(key);
    const mode = part === "private" ? 0o600 : 0o644;
    const file = { path: fileOf(type, part), content: bytes, owner: "root:root", mode };
    const draft = fileDraft({ ...file, append: false, defer: false });
    drafts.push({ section, path: ["ssh_keys", `${type}_${part}`], ...draft });
  }
  const derived = given.filter(({ type, part }) =>
    part === "private" && hostKeys?.[`${type}_public`] === undefined
  )
    .map(({ type }) => `ssh-keygen -yf ${fileOf(type, "private")} >${fileOf(type, "public")}`);
  const certificates = given.filter(({ part }) => part === "certificate")
    .map(({ type }) => `lxops_sshd HostCertificate ${fileOf(type, "certificate")}`);
  const wanted = hostKeys ? [] : types ?? (remove ? TYPES : []);
  const made = wanted.map((type) => `lxops_host_key ${type}`);
  const commands = [...derived, ...certificates, ...made];
  if (commands.length > 0) {
    drafts.push({
      section,
      path: [hostKeys ? "ssh_keys" : types ? "ssh_genkeytypes" : "ssh_deletekeys"],
      title: made.length > 0 ? `Make SSH host keys ${wanted.join(" ")}` : "Complete the SSH host keys",
      script: [...commands, "lxops_service try-restart ssh sshd"].join("\n"),
      helpers: ["sshd"],
      content: [commands, given.map(({ key }) => key)],
      target: "ssh:host_keys",
      checks: [
        ...wanted.map((type) => ({ kind: "file", path: fileOf(type, "private"), secret: true }) as const),
        ...(certificates.length > 0
          ? given.filter(({ part }) => part === "certificate").map(({ type }) =>
            ({
              kind: "sshd",
              keyword: "HostCertificate",
              value: fileOf(type, "certificate"),
            }) as const
          )
          : []),
      ],
    });
  }
  return drafts;
}

const NO_NOISE = "This has no effect: host keys are generated without output";

/** `ssh_keys`, `ssh_deletekeys`, `ssh_genkeytypes` and `ssh_quiet_keygen`. */
export const hostKeys = defineSection({
  keys,
  items: { logins: hostKeyItems },
  remarks: ({ ssh_quiet_keygen: quiet }) =>
    quiet === false ? [{ path: ["ssh_quiet_keygen"], message: NO_NOISE }] : [],
});
