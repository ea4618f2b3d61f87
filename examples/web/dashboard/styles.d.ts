// Taken into the bundle's styles.
declare module "*.css" {}
