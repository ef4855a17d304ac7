from typing import Dict, List, Optional

__version__: str
CHOICES: Dict[str, List[str]]
FAMILIES: List[str]

class Error(Exception): ...

class Module:
    @staticmethod
    def parse(source: bytes, name: str = "<string>") -> Module: ...
    @staticmethod
    def import_hf_config(
        config: str,
        name: str = "config.json",
        phase: str = "decode",
        context: Optional[int] = None,
        batch: int = 1,
        layers: Optional[int] = None,
        layout: str = "real",
    ) -> Module: ...
    def set_dims(self, dims: List[str]) -> None: ...
    def lower(self, options: str = "") -> None: ...
    def report(
        self,
        format: str = "text",
        speedups: List[float] = ...,
        width: Optional[int] = None,
        color: bool = False,
    ) -> str: ...
    def bytecode(self) -> bytes: ...
