//! Tables of the store, one file each.
