/**
 * The words of lxops itself in what `init` and `adopt` print.
 *
 * @module
 */
import { starterFiles } from "../../../plan/starter/files.ts";
import { DEFAULT_IMAGE, starterOfRemoteImage } from "../../../plan/starter/from_image.ts";

/** The text of these commands outside of the files that they write. */
const PRINTED =
  "Look through the files in, then launch it: up; Write; Add to; warning: services environment; secrets are " +
  "left out of this script; --show-secrets prints it whole; to add, to change, to remove; There is no file or " +
  "directory";

/**
 * Returns the words of lxops and of these names, which are shown even where a value of a `.env` file is the same:
 * `postgres` may be both a password and an image, and a mask in each place of the word would give the password away.
 * Files of passwords are never printed.
 */
export function ownWords(names: readonly string[]): readonly string[] {
  const usual = starterFiles(starterOfRemoteImage(DEFAULT_IMAGE)).map(({ text }) => text);
  return [...usual, PRINTED, ...names].flatMap((text) => [
    ...text.split(/[^\p{L}\p{N}_.\/:-]+/u).map((word) => word.replace(/[.:]+$/, "")),
    ...text.split(/[^\p{L}\p{N}_-]+/u),
  ]);
}
