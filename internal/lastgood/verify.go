package lastgood

import (
	"context"
	"hash/crc32"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
)

// blockLength is how much is read at once. It stays in a processor's cache
// until its checksum is computed.
const blockLength = 256 << 10

// maxWorkers bounds the memory for blocks. More do not read faster.
const maxWorkers = 16

// verify reads the data of a file with all processors and compares its
// checksums. The data goes into data if that is not nil. Verify returns when no
// goroutine reads any more.
func verify(ctx context.Context, file io.ReaderAt, h *header, data []byte) error {
	v := verifier{file: file, header: h, data: data}
	workers := min(runtime.GOMAXPROCS(0), maxWorkers, len(h.checksums))
	var running sync.WaitGroup
	for range workers - 1 {
		running.Add(1)
		go func() {
			defer running.Done()
			v.verifyChunks(ctx)
		}()
	}
	v.verifyChunks(ctx)
	running.Wait()
	if err := v.failure.Load(); err != nil {
		return *err
	}
	return nil
}

type verifier struct {
	file    io.ReaderAt
	header  *header
	data    []byte
	next    atomic.Int64 // chunk
	failure atomic.Pointer[error]
}

// verifyChunks verifies chunks that no other goroutine has taken, until there
// are no more or one has failed.
func (v *verifier) verifyChunks(ctx context.Context) {
	var block []byte
	if v.data == nil {
		block = make([]byte, blockLength)
	}
	for v.failure.Load() == nil {
		i := int(v.next.Add(1)) - 1
		if i >= len(v.header.checksums) {
			return
		}
		err := ctx.Err()
		if err == nil {
			err = v.verifyChunk(i, block)
		}
		if err != nil {
			v.failure.CompareAndSwap(nil, &err)
		}
	}
}

func (v *verifier) verifyChunk(i int, block []byte) error {
	begin, end := v.header.chunk(i)
	checksum := uint32(0)
	for at := begin; at < end; at += blockLength {
		length := min(blockLength, end-at)
		if v.data != nil {
			block = v.data[at:]
		}
		if err := readAt(v.file, block[:length], int64(v.header.length+at)); err != nil {
			return err
		}
		checksum = crc32.Update(checksum, castagnoli, block[:length])
	}
	if checksum != v.header.checksums[i] {
		return corrupt("the checksum of bytes %d to %d, %s, does not match",
			v.header.length+begin, v.header.length+end-1, v.header.at(begin, end))
	}
	return nil
}
