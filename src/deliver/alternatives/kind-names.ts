/** Words for `--alternatives`, in the order in which kinds are looked for; a test compares them with the list. */
export const alternativeKindNames: readonly string[] = ['summary', 'partition', 'json', 'normal-form', 'key'];
