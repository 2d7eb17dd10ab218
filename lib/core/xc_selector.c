//go:build ignore

/* A selector says which value of the context, or of another flag's result, a
 * condition or bucket looks at: ["context","user","country"]. Thousands of
 * conditions may ask for the same few values, so equal selectors share one
 * path, found through a hash table that doubles as it fills. An evaluation then
 * reads each value once.
 *
 * The names of a new selector are added to the plan before it is known whether
 * the path exists. If it does, they are dropped again. */

#include "xc_cache.h"
#include "xc_hash.h"
#include "xc_selector.h"

/* Reports whether two lists of `count` names are equal. */
static bool xc_same_names(const xc_builder *b, uint32_t a, uint32_t c, uint32_t count)
{
    const xc_span *names = XC_ITEMS(const xc_span, b->array[XC_NAMES]);
    for (uint32_t i = 0; i < count; i++)
        if (!xc_text_equal(xc_built_text(b, names[a + i]), xc_built_text(b, names[c + i])))
            return false;
    return true;
}

/* Hashes names one after the other: each hash is the scope of the next. */
static uint32_t xc_hash_names(const xc_builder *b, uint32_t name, uint32_t count)
{
    uint32_t hash = count;
    for (uint32_t i = 0; i < count; i++) {
        xc_text text = xc_built_text(b, XC_ITEMS(const xc_span, b->array[XC_NAMES])[name + i]);
        hash = xc_hash(b->allocator.hash_key, hash, text.p, text.n);
    }
    return hash;
}

/* Makes the table of paths large enough for one more. At most half of it is
 * full. */
static bool xc_grow_path_table(xc_builder *b)
{
    size_t size = b->path_table.count;
    const xc_path *paths = XC_ITEMS(const xc_path, b->paths);
    uint32_t *table;
    if (b->paths.count * 2 < size)
        return true;
    size = size == 0 ? 64 : size * 2;
    if ((table = xc_vector_fill(b, &b->path_table, sizeof *table, size, 0xFF)) == NULL)
        return false;
    for (uint32_t i = 0; i < b->paths.count; i++) {
        size_t at = xc_hash_names(b, paths[i].name, paths[i].names) & (size - 1);
        while (table[at] != XC_NOTHING)
            at = (at + 1) & (size - 1);
        table[at] = i;
    }
    return true;
}

/* Finds or adds the path of the names from number `name` on. `text` is the
 * length of the plan's text before them, to which it returns if the path
 * exists. */
static xc_reading xc_intern_path(xc_builder *b, uint32_t name, uint32_t text, uint32_t *number)
{
    uint32_t count = b->array[XC_NAMES].count - name, *table;
    size_t at;
    xc_path *path;
    if (!xc_grow_path_table(b))
        return XC_READ_ABORT;
    table = XC_ITEMS(uint32_t, b->path_table);
    at = xc_hash_names(b, name, count) & (b->path_table.count - 1);
    for (; table[at] != XC_NOTHING; at = (at + 1) & (b->path_table.count - 1)) {
        path = XC_ITEMS(xc_path, b->paths) + table[at];
        if (path->names == count && xc_same_names(b, path->name, name, count)) {
            b->array[XC_NAMES].count = name;
            b->array[XC_TEXT].count = text;
            *number = table[at];
            return XC_READ_OK;
        }
    }
    table[at] = *number = b->paths.count;
    if ((path = xc_add(b, &b->paths, sizeof *path, 1)) == NULL)
        return XC_READ_ABORT;
    path->name = name;
    path->names = count;
    path->slot = XC_NOTHING;
    return XC_READ_OK;
}

static xc_reading xc_read_selector_name(xc_builder *b, void *unused)
{
    xc_span span, *name;
    xc_reading reading = xc_read_text(b, "a selector is not a list of strings", &span);
    (void)unused;
    if (reading != XC_READ_OK)
        return reading;
    if ((name = xc_add_item(b, XC_NAMES)) == NULL)
        return XC_READ_ABORT;
    *name = span;
    return XC_READ_OK;
}

XC_INTERNAL xc_reading xc_read_selector(xc_builder *b, int kind, uint32_t *path)
{
    uint32_t name = b->array[XC_NAMES].count, text = b->array[XC_TEXT].count;
    const char *start = b->in.p;
    xc_reading reading;
    *path = XC_NOTHING;
    if (kind == XC_NULL)
        return xc_read_skip(b);
    if ((*path = xc_cache_get(b, XC_CACHE_SELECTORS)) != XC_NOTHING)
        return XC_READ_OK;
    reading = xc_read_array(b, "a selector is not a list of strings", xc_read_selector_name, NULL);
    if (reading == XC_READ_MALFORMED)
        b->array[XC_NAMES].count = name;
    if (reading != XC_READ_OK || b->array[XC_NAMES].count == name)
        return reading;
    reading = xc_intern_path(b, name, text, path);
    if (reading == XC_READ_OK)
        xc_cache_put(b, XC_CACHE_SELECTORS, start, *path);
    return reading;
}
