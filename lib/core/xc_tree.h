/* Objects and arrays as text: compact, of a repeated member the last value at
 * the first place, numbers and strings in their one normal form.
 *
 * A tree is built in scratch memory from JSON that has been read before (so it
 * is known to be valid), then written. Several objects may be read into one
 * tree, each over the one before: that is how metadata is merged. */
#ifndef XC_TREE_H
#define XC_TREE_H

#include "xc_deps.h"
#include "xc_json.h"
#include "xc_write.h"

/* Memory for the time of one call, taken from one end of a buffer. */
typedef struct {
    char *p, *end;
} xc_scratch;

/* Takes 8-aligned memory, or NULL when there is too little left. */
static void *xc_scratch_alloc(xc_scratch *scratch, size_t size);

/* The same for items of a size. */
static void *xc_scratch_array(xc_scratch *scratch, size_t count, size_t size);

typedef struct xc_tree xc_tree;

/* An empty tree for JSON of `length` bytes in all; NULL when scratch is too small. The key stays the caller's. */
static xc_tree *xc_tree_new(xc_scratch *scratch, const uint64_t hash_key[2], size_t length);

/* Reads a value into the tree's root; an object onto an object: over it,
 * member by member. False when scratch is too small. */
static bool xc_tree_read(xc_tree *tree, xc_text json);

/* Writes the tree. Raw numbers stay as they were read, else they become the
 * texts that conditions see. */
static void xc_tree_write(const xc_tree *tree, xc_writer *out, bool raw_numbers);

#endif
