//go:build ignore

/* The one place where the core builds a DOM, because two things need one: the
 * normal form of an object or array, in which flags compare it with a property,
 * and the merged metadata of an outcome. In both cases a repeated member must
 * replace the earlier one at its position.
 *
 * Nodes are in one array, linked by number to their next sibling and their
 * parent, so reading and writing walk without recursion. Members are found
 * through one hash table for the whole tree, by name and object. When an object
 * replaces another one it gets a new "body", and members of the old body are no
 * longer found. */

#include "xc_hash.h"
#include "xc_json.h"
#include "xc_number.h"
#include "xc_tree.h"

/* A value, and its name if it is a member. Nodes are numbered in the order in
 * which they were first seen. The root is 0, which is nobody's next or
 * child. */
typedef struct {
    const char *p; /* the token of a scalar; of a string, without quotes and escapes */
    uint32_t n;
    uint8_t kind;
    bool escaped; /* the string had escapes, so it may need some again */
    const char *name; /* without escapes */
    uint32_t name_length;
    uint32_t parent, next;
    uint32_t first, last; /* children, or 0 */
    uint32_t body;        /* of an object: its number among all that were read */
    uint32_t member_of;   /* the body that it is a member of */
} xc_tree_node;

struct xc_tree {
    xc_scratch *scratch;
    xc_tree_node *nodes;
    uint32_t count, capacity;
    const uint64_t *hash_key;
    uint32_t *table; /* members by body and name: a node's number, or 0 */
    uint32_t mask;
    uint32_t bodies;
};

XC_INTERNAL xc_tree *xc_tree_new(xc_scratch *scratch, const uint64_t hash_key[2], size_t length)
{
    /* A value takes at least one byte and a comma or bracket. A member takes
     * five: the quotes of its name, a colon, a value, a comma. */
    size_t nodes = length / 2 + 2, members = length / 5 + 2, places = 4;
    xc_tree *tree = xc_scratch_alloc(scratch, sizeof *tree);
    while (places < members * 2)
        places *= 2;
    if (tree == NULL)
        return NULL;
    tree->scratch = scratch;
    tree->hash_key = hash_key;
    tree->nodes = xc_scratch_array(scratch, nodes, sizeof *tree->nodes);
    tree->table = xc_scratch_array(scratch, places, sizeof *tree->table);
    if (tree->nodes == NULL || tree->table == NULL)
        return NULL;
    tree->capacity = (uint32_t)nodes;
    tree->count = 1;
    tree->bodies = 0;
    memset(&tree->nodes[0], 0, sizeof tree->nodes[0]);
    memset(tree->table, 0, places * sizeof *tree->table);
    tree->mask = (uint32_t)places - 1;
    return tree;
}

/* Adds a node as the last child of a parent. The caller has checked for
 * room. */
static uint32_t xc_tree_add(xc_tree *tree, uint32_t parent)
{
    uint32_t number = tree->count++;
    xc_tree_node *node = &tree->nodes[number], *above = &tree->nodes[parent];
    memset(node, 0, sizeof *node);
    node->parent = parent;
    if (above->first == 0)
        above->first = number;
    else
        tree->nodes[above->last].next = number;
    above->last = number;
    return number;
}

/* Finds the member of an object by its name, or adds it. */
static uint32_t xc_tree_member(xc_tree *tree, uint32_t parent, const char *name, uint32_t length)
{
    uint32_t body = tree->nodes[parent].body;
    uint32_t at = xc_hash(tree->hash_key, body, name, length) & tree->mask, number;
    for (; (number = tree->table[at]) != 0; at = (at + 1) & tree->mask) {
        const xc_tree_node *node = &tree->nodes[number];
        if (node->member_of == body && node->name_length == length &&
            (length == 0 || memcmp(node->name, name, length) == 0))
            return number;
    }
    number = xc_tree_add(tree, parent);
    tree->nodes[number].name = name;
    tree->nodes[number].name_length = length;
    tree->nodes[number].member_of = body;
    tree->table[at] = number;
    return number;
}

/* Reads a value without parts into a node. Returns false if scratch is too
 * small. */
static bool xc_tree_scalar(xc_tree *tree, xc_tree_node *node, xc_reader *in)
{
    xc_text text = {in->p, 0};
    if (node->kind == XC_STRING) {
        xc_string(in, &text, &node->escaped);
        if (!xc_unescape_to(tree->scratch, text, node->escaped, &text))
            return false;
    } else {
        xc_scalar(in, node->kind);
        text.n = (uint32_t)(in->p - text.p);
    }
    node->p = text.p;
    node->n = text.n;
    return true;
}

XC_INTERNAL bool xc_tree_read(xc_tree *tree, xc_text json)
{
    xc_reader in = {json.p, json.p + json.n, XC_OK, 0};
    uint32_t current = 0;
    xc_more(&in);
    for (;;) {
        xc_tree_node *node = &tree->nodes[current];
        int kind = xc_peek(&in);
        bool first = false, inside = kind == XC_ARRAY || kind == XC_OBJECT;
        if (kind != XC_OBJECT || node->kind != XC_OBJECT || current != 0) {
            node->first = node->last = 0; /* the value replaces the one before */
            node->body = ++tree->bodies;
        }
        node->kind = (uint8_t)kind;
        if (inside) {
            xc_open(&in);
            first = true;
        } else {
            if (!xc_tree_scalar(tree, node, &in))
                return false;
            if (current == 0)
                return true;
            current = node->parent;
        }
        for (;;) {
            bool object = tree->nodes[current].kind == XC_OBJECT, escaped;
            xc_text name;
            if (xc_next(&in, &first, object ? '}' : ']')) {
                if (tree->count == tree->capacity)
                    return false;
                if (object) {
                    xc_member_name(&in, &name, &escaped);
                    if (!xc_unescape_to(tree->scratch, name, escaped, &name))
                        return false;
                    current = xc_tree_member(tree, current, name.p, name.n);
                } else {
                    current = xc_tree_add(tree, current);
                }
                break;
            }
            if (current == 0 || in.error != XC_OK)
                return true;
            current = tree->nodes[current].parent;
            first = false;
        }
    }
}

/* Writes a value without parts. A string without escapes is written as it was
 * read; one that had some gets only those that JSON requires. */
static void xc_tree_put_scalar(const xc_tree_node *node, xc_writer *out, bool raw_numbers)
{
    char buffer[XC_NUMBER_TEXT_MAX];
    xc_text text = {node->p, node->n};
    if (node->kind == XC_STRING && node->escaped) {
        xc_put_quoted(out, text);
    } else if (node->kind == XC_STRING) {
        xc_put_byte(out, '"');
        xc_put(out, text.p, text.n);
        xc_put_byte(out, '"');
    } else if (node->kind == XC_NUMBER && !raw_numbers) {
        const char *number;
        size_t n = xc_number_text(text.p, text.n, buffer, &number);
        xc_put(out, number, n);
    } else {
        xc_put(out, text.p, text.n);
    }
}

XC_INTERNAL void xc_tree_write(const xc_tree *tree, xc_writer *out, bool raw_numbers)
{
    uint32_t current = 0;
    for (;;) {
        const xc_tree_node *node = &tree->nodes[current];
        if (current != 0 && tree->nodes[node->parent].kind == XC_OBJECT) {
            xc_text name = {node->name, node->name_length};
            xc_put_quoted(out, name);
            xc_put_byte(out, ':');
        }
        if (node->kind == XC_ARRAY || node->kind == XC_OBJECT) {
            xc_put_byte(out, node->kind == XC_OBJECT ? '{' : '[');
            if (node->first != 0) {
                current = node->first;
                continue;
            }
            xc_put_byte(out, node->kind == XC_OBJECT ? '}' : ']');
        } else {
            xc_tree_put_scalar(node, out, raw_numbers);
        }
        /* After a value: go on to the next one, closing what ends here. */
        while (current != 0 && tree->nodes[current].next == 0) {
            current = tree->nodes[current].parent;
            xc_put_byte(out, tree->nodes[current].kind == XC_OBJECT ? '}' : ']');
        }
        if (current == 0)
            return;
        xc_put_byte(out, ',');
        current = tree->nodes[current].next;
    }
}
