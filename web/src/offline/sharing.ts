/** How the worker hands over to the page what another program shared. */

/** Where files are put; each with its name in a header. */
export const SHARED = "shared";
export const NAME = "File-Name";

/** The field of the manifest's form, and what the page's address says where there are some. */
export const FILES = "files";
