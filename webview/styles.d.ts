/** Styles are bundled beside the script; importing them gives nothing. */
declare module '*.css';
