/** The command line, or what it names, is at fault; the message is for the one who typed it. */
export class UsageError extends Error {}
