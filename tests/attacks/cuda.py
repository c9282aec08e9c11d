"""The driver's own library from inside of a hostile program: no package is needed for an attack.

CUDA driver API: https://docs.nvidia.com/cuda/cuda-driver-api/
"""

DRIVER = '''
import ctypes

PIECE = 256 << 20
SAMPLE = 1 << 20
SPIN = b"""
.version 6.0
.target sm_50
.address_size 64
.visible .entry spin()
{
again:
    bra again;
}
\\0"""


class Card:
    def __init__(self):
        self.cuda = ctypes.CDLL("libcuda.so.1")
        context = ctypes.c_void_p()
        self.do("cuInit", 0)
        self.do("cuDevicePrimaryCtxRetain", ctypes.byref(context), 0)
        self.do("cuCtxSetCurrent", context)

    def do(self, call, *arguments):
        result = getattr(self.cuda, call)(*arguments)
        if result != 0:
            raise OSError(result, f"{call} failed with {result}")

    def free_percent(self):
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        self.do("cuMemGetInfo_v2", ctypes.byref(free), ctypes.byref(total))
        return 100 * free.value // total.value

    def take(self, most):
        pieces = []
        try:
            while len(pieces) < most:
                piece = ctypes.c_uint64()
                self.do("cuMemAlloc_v2", ctypes.byref(piece), ctypes.c_size_t(PIECE))
                pieces.append(piece)
        except OSError:
            pass
        return pieces

    def give_back(self, pieces):
        for piece in pieces:
            self.do("cuMemFree_v2", piece)

    def fill(self, piece, word):
        self.do("cuMemsetD32_v2", piece, ctypes.c_uint(word), ctypes.c_size_t(PIECE // 4))

    def holds(self, piece, word):
        seen = ctypes.create_string_buffer(SAMPLE)
        self.do("cuMemcpyDtoH_v2", seen, piece, ctypes.c_size_t(SAMPLE))
        return word.to_bytes(4, "little") * 16 in seen.raw

    def spin(self):
        module, kernel = ctypes.c_void_p(), ctypes.c_void_p()
        self.do("cuModuleLoadData", ctypes.byref(module), SPIN)
        self.do("cuModuleGetFunction", ctypes.byref(kernel), module, b"spin")
        self.do("cuLaunchKernel", kernel, 1, 1, 1, 1, 1, 1, 0, None, None, None)
        self.do("cuCtxSynchronize")
'''
LIMITS = {"gpus": 1, "memory_bytes": 4 << 30, "task_seconds": 60, "total_seconds": 90}
EVERYTHING = 1 << 20
