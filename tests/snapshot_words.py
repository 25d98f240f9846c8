# ruff: noqa: E501 (sentences)
"""Invented words for the tests' snapshot: agencies, heads, tasks, narratives as long as real ones. No real person."""

from __future__ import annotations

# code, name, level, group, head, title
AGENCIES: tuple[tuple[str, str, str, str, str | None, str], ...] = (
    ("VPUBND", "Văn phòng Ủy ban nhân dân tỉnh", "Tỉnh", "Sở, ban, ngành", "Lê Bá Minh Trí", "Chánh Văn phòng"),
    ("SNV", "Sở Nội vụ", "Tỉnh", "Sở, ban, ngành", "Nguyễn Thị Thử Nghiệm", "Giám đốc"),
    ("STC", "Sở Tài chính", "Tỉnh", "Sở, ban, ngành", "Trần Văn Ví Dụ", "Giám đốc"),
    ("SXD", "Sở Xây dựng", "Tỉnh", "Sở, ban, ngành", "Phạm Giả Định", "Giám đốc"),
    ("SNNMT", "Sở Nông nghiệp và Môi trường", "Tỉnh", "Sở, ban, ngành", "Đỗ Thị Minh Họa", "Giám đốc"),
    ("SKHCN", "Sở Khoa học và Công nghệ", "Tỉnh", "Sở, ban, ngành", "Võ Mẫu", "Giám đốc"),
    ("SVHTTDL", "Sở Văn hóa, Thể thao và Du lịch", "Tỉnh", "Sở, ban, ngành", "Bùi Thị Trích Dẫn", "Giám đốc"),
    ("SYT", "Sở Y tế", "Tỉnh", "Sở, ban, ngành", "Huỳnh Văn Mô Phỏng", "Giám đốc"),
    ("SGDDT", "Sở Giáo dục và Đào tạo", "Tỉnh", "Sở, ban, ngành", "Ngô Thị Bài Tập", "Giám đốc"),
    ("SCT", "Sở Công Thương", "Tỉnh", "Sở, ban, ngành", "Hồ Sơ Lược", "Quyền Giám đốc"),
    ("BQLKKT", "Ban Quản lý Khu kinh tế", "Tỉnh", "Sở, ban, ngành", "Dương Đề Cương", "Trưởng ban"),
    ("XBATO", "Ủy ban nhân dân xã An Bình Thử", "Xã", "Xã, phường", "Đinh Văn Ướm Thử", "Chủ tịch"),
    ("PQUYNHON", "Ủy ban nhân dân phường Mẫu Đông", "Xã", "Xã, phường", None, "Chủ tịch"),
    ("XTAYSON", "Ủy ban nhân dân xã Tây Ví Dụ", "Xã", "Xã, phường", "Phan Thị Giả Lập", "Chủ tịch"),
)

# content, product, narrative, result
TASKS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Chủ trì, phối hợp với các sở, ban, ngành và Ủy ban nhân dân các xã, phường rà soát, tham mưu Ủy ban nhân dân tỉnh "
        "ban hành Kế hoạch thực hiện số hóa, làm sạch dữ liệu đất đai phục vụ kết nối, chia sẻ với Cơ sở dữ liệu quốc gia "
        "về dân cư trên địa bàn tỉnh giai đoạn 2026 - 2030, bảo đảm «đúng, đủ, sạch, sống, thống nhất, dùng chung».",
        "Kế hoạch của Ủy ban nhân dân tỉnh",
        "Trong kỳ, Sở đã tổ chức 03 cuộc họp với các đơn vị liên quan; hoàn thành dự thảo lần 2 và gửi lấy ý kiến của 26 cơ "
        "quan, địa phương (đã nhận 19/26 ý kiến). Các nội dung còn ý kiến khác nhau: kinh phí đo đạc bổ sung tại 07 xã; "
        "trách nhiệm cập nhật biến động.\nDự kiến trình Ủy ban nhân dân tỉnh trong tuần tới sau khi Sở Tư pháp thẩm định.",
        "Ủy ban nhân dân tỉnh đã ban hành Kế hoạch; đã tổ chức hội nghị triển khai đến cấp xã.",
    ),
    (
        "Hoàn thành giải phóng mặt bằng dự án tuyến đường ven biển, đoạn qua địa bàn các xã phía Bắc.",
        "Biên bản bàn giao 100% mặt bằng sạch",
        "Đã bàn giao 11,2/14,6 km; còn 38 hộ chưa nhận tiền bồi thường do chưa thống nhất đơn giá đất nông nghiệp trong khu "
        "dân cư. Đã đối thoại lần 2 với 22 hộ, 15 hộ đồng ý.",
        "Đã bàn giao toàn bộ mặt bằng cho chủ đầu tư.",
    ),
    (
        "Tham mưu tổ chức Hội nghị xúc tiến đầu tư vào khu kinh tế năm 2026.",
        "Tờ trình, dự thảo kịch bản, danh mục dự án kêu gọi đầu tư",
        "Đã trình danh mục 42 dự án; đang phối hợp chuẩn bị cơ sở vật chất và gửi giấy mời các doanh nghiệp.",
        "Hội nghị tổ chức thành công, ký 09 bản ghi nhớ.",
    ),
    (
        "Rà soát, cắt giảm tối thiểu 30% thời gian giải quyết thủ tục hành chính thuộc phạm vi quản lý của ngành, địa phương; "
        "công khai trên Cổng Dịch vụ công.",
        "Quyết định công bố danh mục thủ tục hành chính",
        "Đã rà soát 312/348 thủ tục; đề xuất cắt giảm 104 thủ tục, bình quân giảm 33,4% thời gian.",
        "Đã ban hành Quyết định công bố và niêm yết công khai.",
    ),
    (
        "Báo cáo tình hình giải ngân vốn đầu tư công và đề xuất điều chuyển vốn các dự án chậm tiến độ.",
        "Báo cáo",
        "Tính đến ngày 15/11 giải ngân đạt 71,3% kế hoạch; 06 dự án đề nghị điều chuyển 42,5 tỷ đồng.",
        "Đã có Báo cáo gửi Ủy ban nhân dân tỉnh.",
    ),
    (
        "Xây dựng Đề án sắp xếp, bố trí trụ sở làm việc của các cơ quan sau khi thực hiện chính quyền địa phương 02 cấp; xử lý "
        "trụ sở dôi dư.",
        "Đề án trình Ban Thường vụ Tỉnh ủy",
        "Đã tổng hợp hiện trạng 214 cơ sở nhà, đất; 37 cơ sở dôi dư, trong đó 21 cơ sở đề nghị chuyển công năng làm trường học, "
        "trạm y tế.",
        "Đề án đã được thông qua.",
    ),
    (
        "Triển khai khám sức khỏe định kỳ miễn phí cho người cao tuổi và lập sổ sức khỏe điện tử.",
        "Báo cáo kết quả; tỷ lệ lập sổ đạt 95%",
        "Đã khám 48.215 người, lập 41.030 sổ sức khỏe điện tử (85,1%).",
        "Đạt 96,2%.",
    ),
    (
        "Kiểm tra, xử lý dứt điểm các điểm ngập úng cục bộ trong khu vực đô thị trước mùa mưa bão.",
        "Báo cáo kết quả xử lý 14 điểm ngập",
        "Đã xử lý 10/14 điểm, 04 điểm còn lại đang thi công cống hộp, khối lượng đạt khoảng 60%.",
        "Đã xử lý xong 14/14 điểm ngập.",
    ),
)

DOCUMENTS = ("1313/UBND-KSTT", "1841-QĐ/TU", "4477/QĐ-UBND", "48/2026/QĐ-UBND", "133/KH-UBND")
OFFICERS = ("Phòng Tổng hợp – Cao Văn Mẫu", "Phòng Kế hoạch – Lý Thị Thử", "Văn phòng Sở – Tạ Ví Dụ")
DIFFICULTIES = (
    "Kinh phí được giao mới đáp ứng 60% nhu cầu; nguồn bổ sung chưa có quyết định phân bổ nên chưa ký được hợp đồng.",
    "Quy định về đơn giá bồi thường mới có hiệu lực, nhiều nội dung chuyển tiếp chưa có hướng dẫn.",
)
PROPOSALS = (
    "Đề nghị UBND tỉnh cho phép sử dụng nguồn dự phòng ngân sách cấp tỉnh 12,5 tỷ đồng để thực hiện phần việc còn lại; giao Sở "
    "Tài chính thẩm định, trình trong tháng 11/2026.",
    "Đề nghị UBND tỉnh có văn bản gửi Bộ Nông nghiệp và Môi trường hướng dẫn áp dụng chuyển tiếp.",
)
DELAYS = (
    "Phải lấy ý kiến lại của các địa phương sau sắp xếp đơn vị hành chính; mưa lũ kéo dài từ ngày 25/10 đến ngày 08/11 làm gián "
    "đoạn công tác kiểm đếm.",
    "Đơn vị tư vấn chậm bàn giao sản phẩm.",
)
