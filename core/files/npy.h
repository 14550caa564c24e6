/* npy.h -- one array in NumPy's format, as a file of its own or a member of an archive. */
#ifndef ML_NPY_H
#define ML_NPY_H

#include "core/files/file_reader.h"

/* All of R is one array. */
ml_tensor *ml_npy_read(ml_reader *r);

/* The header of T's file, magic to newline, into BUF; its length, a multiple of 64, is returned. */
enum { ML_NPY_HEADER = 512 };
size_t ml_npy_header(const ml_tensor *t, char buf[ML_NPY_HEADER]);

#endif
