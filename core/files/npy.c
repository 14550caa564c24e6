/* npy.c -- NumPy's array files.
**
**     \x93NUMPY  major minor  length  {'descr': '<f4', 'fortran_order': False, 'shape': (2,)}  data
**     6 bytes    2            2 or 4  a Python dictionary, ended by a newline
**
** The dictionary is read by a parser of just that: strings, True, False and tuples of integers. */
#include "core/files/npy.h"

#include <stdio.h>
#include <string.h>

#include "core/files/file_tensor.h"
#include "core/files/file_writer.h"
#include "core/files/files.h"
#include "core/tensor.h"

enum { LONGEST_HEADER = 1 << 16 };

typedef struct npy_header {
    ml_element element;
    bool fortran;
    int ndim;
    int64_t shape[ML_MAX_DIMS];
} npy_header;

typedef struct dict_parser {
    const ml_reader *r;
    const char *text;
    size_t at, n;
    uint64_t base; /* the place of text in the file */
} dict_parser;

#define dict_fail(p, ...) ml_read_fail_at((p)->r, (p)->base + (p)->at, __VA_ARGS__)

/* ---- the dictionary -------------------------------------------------------------------------- */

static char next_char(dict_parser *p)
{
    while (p->at < p->n && p->text[p->at] != '\0' && strchr(" \t\r\n", p->text[p->at])) p->at++;
    return p->at < p->n ? p->text[p->at] : '\0';
}

static ml_status expect(dict_parser *p, char c)
{
    if (next_char(p) != c) return dict_fail(p, "the header should have a %c here", c);
    p->at++;
    return ML_OK;
}

static bool skip_word(dict_parser *p, const char *word)
{
    size_t n = strlen(word);
    next_char(p);
    if (p->n - p->at < n || memcmp(p->text + p->at, word, n) != 0) return false;
    p->at += n;
    return true;
}

/* 'text' without escapes, which no key or dtype of ours has. */
static ml_status parse_string(dict_parser *p, char *out, size_t room)
{
    char quote = next_char(p);
    if (quote != '\'' && quote != '"') return dict_fail(p, "the header should have a string here");
    size_t start = ++p->at;
    while (p->at < p->n && p->text[p->at] != quote) p->at++;
    size_t n = p->at - start;
    if (p->at == p->n || n >= room) {
        const char *problem = p->at == p->n ? "not closed" : "too long";
        p->at = start - 1;
        return dict_fail(p, "the header's string is %s", problem);
    }
    memcpy(out, p->text + start, n);
    out[n] = '\0';
    p->at++;
    return ML_OK;
}

static ml_status parse_bool(dict_parser *p, bool *out)
{
    *out = skip_word(p, "True");
    if (*out || skip_word(p, "False")) return ML_OK;
    return dict_fail(p, "'fortran_order' should be True or False");
}

static ml_status parse_size(dict_parser *p, int64_t *out)
{
    char c = next_char(p);
    if (c < '0' || c > '9') return dict_fail(p, "'shape' should have a size here");
    int64_t v = 0;
    for (; p->at < p->n && (c = p->text[p->at]) >= '0' && c <= '9'; p->at++)
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, c - '0', &v))
            return dict_fail(p, "this size is too large");
    skip_word(p, "L"); /* written by Python 2 */
    *out = v;
    return ML_OK;
}

static ml_status parse_shape(dict_parser *p, npy_header *h)
{
    ML_TRY(expect(p, '('));
    for (h->ndim = 0; next_char(p) != ')'; h->ndim++) {
        if (h->ndim == ML_MAX_DIMS)
            return dict_fail(p, "the array has more than %d dimensions", ML_MAX_DIMS);
        ML_TRY(parse_size(p, &h->shape[h->ndim]));
        if (next_char(p) == ',')
            p->at++;
        else if (next_char(p) != ')')
            return dict_fail(p, "'shape' should have a , or ) here");
    }
    return expect(p, ')');
}

/* ---- dtypes ---------------------------------------------------------------------------------- */

static const struct {
    char descr[4]; /* without the byte order */
    ml_element element;
} npy_types[] = {
    { "f4", { ML_F32, 4, true, false } },   { "f8", { ML_F64, 8, true, false } },
    { "f2", { ML_F16, 2, true, false } },   { "V2", { ML_BF16, 2, true, false } },
    { "i8", { ML_I64, 8, true, false } },   { "i4", { ML_I32, 4, true, false } },
    { "i1", { ML_I8, 1, true, false } },    { "u1", { ML_U8, 1, false, false } },
    { "b1", { ML_BOOL, 1, false, false } }, { "i2", { ML_I32, 2, true, false } },
    { "u2", { ML_I32, 2, false, false } },  { "u4", { ML_I64, 4, false, false } },
    { "u8", { ML_I64, 8, false, false } },
};
enum { NPY_TYPES = sizeof npy_types / sizeof *npy_types };

static ml_status unknown_type(dict_parser *p, const char *descr, char kind)
{
    const char *what = kind == 'O'                  ? "Python objects, which are never loaded"
                       : kind == 'U' || kind == 'S' ? "text"
                       : kind == 'c'                ? "complex numbers"
                       : kind == 'M' || kind == 'm' ? "dates"
                                                    : "a dtype that tensors lack";
    return dict_fail(p, "'descr' is '%s': %s; save float, int or bool arrays",
                     ML_VISIBLE(descr, strlen(descr)), what);
}

static ml_status parse_descr(dict_parser *p, ml_element *out)
{
    char descr[64];
    if (next_char(p) == '[') return dict_fail(p, "the array has named fields; save one array each");
    ML_TRY(parse_string(p, descr, sizeof descr));
    bool has_order = descr[0] != '\0' && strchr("<>=|", descr[0]) != NULL;
    const char *type = descr + has_order;
    for (int i = 0; i < NPY_TYPES; i++)
        if (strcmp(type, npy_types[i].descr) == 0) {
            *out = npy_types[i].element;
            out->big_endian = descr[0] == '>';
            return ML_OK;
        }
    return unknown_type(p, descr, type[0]);
}

/* ---- reading --------------------------------------------------------------------------------- */

static ml_status parse_entry(dict_parser *p, npy_header *h, unsigned *seen)
{
    static const char *const keys[] = { "descr", "fortran_order", "shape" };
    char key[32];
    size_t start = (next_char(p), p->at);
    ML_TRY(parse_string(p, key, sizeof key));
    int k = 0;
    while (k < 3 && strcmp(key, keys[k]) != 0) k++;
    if (k == 3 || (*seen & 1u << k)) {
        p->at = start;
        return dict_fail(p, "the header's key '%s' is %s", ML_VISIBLE(key, strlen(key)),
                         k == 3 ? "unknown" : "there twice");
    }
    *seen |= 1u << k;
    ML_TRY(expect(p, ':'));
    if (k == 0) return parse_descr(p, &h->element);
    return k == 1 ? parse_bool(p, &h->fortran) : parse_shape(p, h);
}

static ml_status parse_dict(dict_parser *p, npy_header *h)
{
    unsigned seen = 0;
    ML_TRY(expect(p, '{'));
    while (next_char(p) != '}') {
        ML_TRY(parse_entry(p, h, &seen));
        if (next_char(p) == ',')
            p->at++;
        else if (next_char(p) != '}')
            return dict_fail(p, "the header should have a , or } here");
    }
    p->at++;
    if (seen != 7) return dict_fail(p, "the header lacks 'descr', 'fortran_order' or 'shape'");
    next_char(p);
    if (p->at < p->n) return dict_fail(p, "the header goes on after its }");
    return ML_OK;
}

static ml_status read_header(ml_reader *r, npy_header *h)
{
    unsigned char start[8], length[4];
    ML_TRY(ml_read(r, start, 8, "the magic string"));
    if (memcmp(start, "\x93NUMPY", 6) != 0)
        return ml_read_fail_at(r, 0, "not an .npy file: it should start with \\x93NUMPY");
    if (start[6] < 1 || start[6] > 3)
        return ml_read_fail_at(r, 6, "version %d.%d; 1 to 3 are known", start[6], start[7]);
    int width = start[6] == 1 ? 2 : 4;
    ML_TRY(ml_read(r, length, (size_t)width, "the header's length"));
    size_t n = ml_load_little(length, width);
    ML_TRY(ml_read_room(r, n, "the header"));
    if (n > LONGEST_HEADER) return ml_read_fail(r, "the header's length, %zu, is too large", n);
    char *text = ml_alloc(n + 1);
    if (!text) return ml_fail(ML_MEMORY, "%s: out of memory", r->name);
    uint64_t base = r->given;
    ml_status status = ml_read(r, text, n, "the header");
    if (status == ML_OK)
        status = parse_dict(&(dict_parser){ .r = r, .text = text, .n = n, .base = base }, h);
    ml_free(text, n + 1);
    return status;
}

/* Fortran order is C order with the dimensions turned round. */
static ml_tensor *read_fortran(ml_reader *r, const npy_header *h)
{
    int64_t shape[ML_MAX_DIMS];
    int dims[ML_MAX_DIMS];
    for (int i = 0; i < h->ndim; i++)
        shape[i] = h->shape[h->ndim - 1 - i], dims[i] = h->ndim - 1 - i;
    ml_tensor *t = ml_read_tensor(r, h->element, h->ndim, shape);
    return t ? ml_contiguous(ml_permute(t, dims)) : NULL;
}

ml_tensor *ml_npy_read(ml_reader *r)
{
    npy_header h = { 0 };
    if (read_header(r, &h) != ML_OK) return NULL;
    ml_tensor *t = h.fortran && h.ndim > 1 ? read_fortran(r, &h)
                                           : ml_read_tensor(r, h.element, h.ndim, h.shape);
    return t && ml_read_finish(r, "the array") == ML_OK ? t : NULL;
}

ml_tensor *ml_npy_load(const char *path)
{
    ml_reader r;
    if (ml_reader_open(&r, path) != ML_OK) return NULL;
    ml_scope scope;
    ml_scope_open(&scope);
    ml_tensor *t = ml_npy_read(&r);
    ml_reader_close(&r);
    return ml_scope_return(&scope, t);
}

ml_tensor *ml_npy_parse(const char *name, const void *bytes, size_t n)
{
    ml_reader r;
    ml_reader_memory(&r, name, bytes, n);
    ml_scope scope;
    ml_scope_open(&scope);
    return ml_scope_return(&scope, ml_npy_read(&r));
}

/* ---- writing --------------------------------------------------------------------------------- */

static const char *descr_of(ml_dtype dtype)
{
    for (int i = 0; i < NPY_TYPES; i++)
        if (npy_types[i].element.dtype == dtype) return npy_types[i].descr;
    return "?"; /* the table has every dtype */
}

size_t ml_npy_header(const ml_tensor *t, char buf[ML_NPY_HEADER])
{
    enum { START = 10 };
    char *text = buf + START;
    size_t room = ML_NPY_HEADER - START;
    ml_dtype dtype = ml_dtype_of(t);
    size_t n = (size_t)snprintf(text, room, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                                ml_dtype_size(dtype) > 1 ? '<' : '|', descr_of(dtype));
    for (int i = 0; i < ml_ndim(t); i++)
        n += (size_t)snprintf(text + n, room - n, "%s%lld,", i ? " " : "",
                              (long long)ml_shape(t)[i]);
    if (ml_ndim(t) > 1) n--; /* (2, 3) but (2,) */
    n += (size_t)snprintf(text + n, room - n, "), }");
    while ((START + n + 1) % 64 != 0) text[n++] = ' ';
    text[n++] = '\n';
    memcpy(buf, "\x93NUMPY\1", 8);
    ml_store_little((unsigned char *)buf + 8, 2, n);
    return START + n;
}

ml_status ml_npy_save(const char *path, ml_tensor *t)
{
    ml_scope scope;
    ml_writer w;
    char header[ML_NPY_HEADER];
    ml_scope_open(&scope);
    t = ml_for_file(t);
    ml_status status = t ? ml_writer_open(&w, path) : ml_error_status();
    if (status == ML_OK) {
        size_t n = ml_npy_header(t, header);
        status = ml_write(&w, header, n);
        if (status == ML_OK) status = ml_write_tensor(&w, t);
        status = ml_writer_close(&w, status);
    }
    ml_scope_close(&scope);
    return status;
}
