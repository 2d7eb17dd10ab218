/* Objects and arrays as text: compact, numbers and strings in their one normal
 * form; a repeated member keeps its first position and its last value.
 *
 * A tree is built in scratch memory from JSON that has been read before (so it
 * is known to be valid), then written. Several objects may be read into one
 * tree, each over the one before; so metadata is merged. */
#ifndef XC_TREE_H
#define XC_TREE_H

#include "xc_deps.h"
#include "xc_scratch.h"
#include "xc_text.h"
#include "xc_write.h"

typedef struct xc_tree xc_tree;

/* Returns an empty tree with room for JSON of `length` bytes in all, or NULL if
 * scratch is too small. The tree keeps both pointers: xc_tree_read takes more
 * scratch. */
XC_INTERNAL xc_tree *xc_tree_new(xc_scratch *scratch, const uint64_t hash_key[2], size_t length);

/* Reads a value into the tree's root. If both are objects, it is merged into
 * the root, member by member; otherwise it replaces the root. The JSON must
 * outlive the tree. Returns false if scratch is too small. */
XC_INTERNAL bool xc_tree_read(xc_tree *tree, xc_text json);

/* Writes the tree. With `raw_numbers`, numbers stay as they were read;
 * otherwise they become the texts that conditions see. */
XC_INTERNAL void xc_tree_write(const xc_tree *tree, xc_writer *out, bool raw_numbers);

#endif
